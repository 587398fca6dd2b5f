import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, execute, type GraphQLFormattedError, type GraphQLSchema, getOperationAST } from 'graphql';
import { CloseCode, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import { type Extra as Connection, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { App } from '../app.ts';
import { AppError } from '../errors.ts';
import { type ErrorScope, formatGraphQLError } from '../graphql/format-error.ts';
import { viewerOf } from '../users/viewer.ts';
import { atExpiry } from './at-expiry.ts';
import { createContext } from './create-context.ts';
import type { Guards } from './guards.ts';
import { asGraphQLError, createPreparer, type Operation } from './operation.ts';
import type { Readers } from './readers.ts';
import { told } from './request-log.ts';
import { subscribe } from './subscribe.ts';

/** Room for the longest message and the longest instructions, every character of them escaped. */
const MAX_PAYLOAD_BYTES = 256 * 1024;
const MAX_OPERATIONS_PER_SOCKET = 50;
const INIT_TIMEOUT_MS = 5_000;
const PING_MS = 12_000;
/** Of RFC 6455's registry. Clients connect again, which they do not after graphql-ws' own code for what went wrong. */
const TRY_AGAIN_LATER = 1013;

type Params = Record<string, unknown>;
type Extra = { callOffExpiry?: () => void };

/** graphql-transport-ws at /graphql. Ending closes every socket with 1001. */
export function serveSockets(app: App, server: Server, schema: GraphQLSchema, guards: Guards): Readers {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refusalOf(request, guards);
    if (refusal) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });
  const { dispose } = useServer<Params, Extra>({ ...protocolOf(app, schema), isProd: true }, sockets, PING_MS);
  sockets.on('connection', (socket) => {
    // graphql-ws would print what a client's broken or too large frame did to the console, as a fault of ours.
    socket.removeAllListeners('error').on('error', (err) => app.log.debug({ err }, 'a socket broke'));
  });
  return { count: () => sockets.clients.size, end: async () => dispose() };
}

/** Browsers ask nobody before they open a socket elsewhere, so the origin is checked here. */
function refusalOf({ url, headers }: IncomingMessage, guards: Guards): string | null {
  if (url?.split('?')[0] !== '/graphql') return '404 Not Found';
  const isAllowed = guards.isServedHost(headers.host) && guards.isAllowedOrigin(headers.origin, headers.host);
  return isAllowed ? null : '403 Forbidden';
}

function refuse(socket: Duplex, status: string): void {
  socket.once('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

function protocolOf(app: App, schema: GraphQLSchema): ServerOptions<Params, Connection & Partial<Extra>> {
  const prepare = createPreparer(schema, app.config.introspection);
  // By the payload and the arguments, which graphql-ws hands from hook to hook.
  const requestIds = new WeakMap<object, string>();
  const operations = new WeakMap<object, Operation>();
  const scopeOf = (payload: object): ErrorScope => ({
    requestId: requestIds.get(payload) ?? randomUUID(),
    log: app.log,
  });

  const begun = new WeakMap<object, { at: number; name?: string | undefined }>();
  function logOperation(payload: SubscribePayload, errors?: readonly GraphQLFormattedError[]): void {
    const operation = begun.get(payload);
    // What ends in an error is completed as well.
    if (!operation || !begun.delete(payload)) return;
    const { requestId } = scopeOf(payload);
    const durationMs = Math.round(performance.now() - operation.at);
    app.log.debug({ requestId, route: 'socket', durationMs, ...told(operation.name, errors) }, 'request');
  }

  return {
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    execute,
    subscribe: (args: ExecutionArgs) => {
      const operation = operations.get(args);
      if (!operation) throw new Error('An operation that was never prepared.');
      return subscribe(operation);
    },

    async onConnect({ connectionParams, extra: { socket }, extra }) {
      try {
        const viewer = await viewerOf(app.auth, authorizationOf(connectionParams));
        // Closes with 4403, on which clients come again with a fresh token.
        if (!viewer) return false;
        if (socket.readyState !== socket.OPEN) return true;
        extra.callOffExpiry = atExpiry(viewer, () => socket.close(CloseCode.Forbidden, 'Token expired'));
        return true;
      } catch (err) {
        app.log.error({ err }, 'a socket was refused because its token could not be checked');
        socket.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },
    onClose: ({ extra }) => extra.callOffExpiry?.(),

    async onSubscribe({ connectionParams, subscriptions }, _id, payload) {
      const requestId = randomUUID();
      requestIds.set(payload, requestId);
      const begins = { at: performance.now() };
      begun.set(payload, begins);
      if (Object.keys(subscriptions).length > MAX_OPERATIONS_PER_SOCKET) return [asGraphQLError(tooMany())];
      const authorization = authorizationOf(connectionParams);
      const operation = await prepare(payload, () => createContext(app, { authorization, transport: 'ws', requestId }));
      if ('schema' in operation) {
        operations.set(operation, operation);
        begun.set(payload, {
          ...begins,
          name: getOperationAST(operation.document, operation.operationName)?.name?.value,
        });
      }
      return operation;
    },
    onNext(_ctx, _id, payload, _args, { errors, ...result }) {
      return errors && { ...result, errors: errors.map((error) => formatGraphQLError(error, scopeOf(payload))) };
    },
    onError(_ctx, _id, payload, errors) {
      const formatted = errors.map((error) => formatGraphQLError(error, scopeOf(payload)));
      logOperation(payload, formatted);
      return formatted;
    },
    onComplete: (_ctx, _id, payload) => logOperation(payload),
  };
}

function authorizationOf(params: Params | undefined): string | undefined {
  const value = params?.authorization ?? params?.Authorization;
  return typeof value === 'string' ? value : undefined;
}

const tooMany = () =>
  new AppError('LIMIT_EXCEEDED', `At most ${MAX_OPERATIONS_PER_SOCKET} operations at a time on one socket.`);
