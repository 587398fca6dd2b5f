import type { FastifyInstance } from 'fastify';
import { execute, type GraphQLSchema, getOperationAST, OperationTypeNode } from 'graphql';
import type { App } from '../app.ts';
import { AppError } from '../errors.ts';
import { type ErrorScope, formatGraphQLError } from '../graphql/format-error.ts';
import { statusOf } from './answer-error.ts';
import { atExpiry } from './at-expiry.ts';
import { createContext } from './create-context.ts';
import { EventStream } from './event-stream.ts';
import { createPreparer, type Operation, type Params } from './operation.ts';
import type { Readers } from './readers.ts';
import { type RequestLog, told } from './request-log.ts';
import { type Results, subscribe } from './subscribe.ts';

/** GraphQL over SSE at POST /graphql/stream, distinct connections: one request, one operation. */
export function serveEventStreams(
  app: App,
  fastify: FastifyInstance,
  schema: GraphQLSchema,
  requests: RequestLog,
): Readers {
  const prepare = createPreparer(schema, app.config.introspection);
  const open = new Set<EventStream>();
  let isEnded = false;

  void fastify.register(async (scope) => {
    // A page elsewhere may post text/plain without being asked where it comes from.
    scope.removeContentTypeParser('text/plain');
    scope.post<{ Body: Params | null }>('/graphql/stream', async ({ id: requestId, headers, body }, reply) => {
      if (!headers.accept?.includes('text/event-stream')) return reply.code(406).send({ errors: [notAccepted] });
      const scope: ErrorScope = { requestId, log: app.log };
      const { authorization } = headers;
      const operation = await prepare(body ?? {}, () =>
        createContext(app, { authorization, transport: 'sse', requestId }),
      );
      if (!('schema' in operation)) {
        const errors = operation.map((error) => formatGraphQLError(error, scope));
        requests.tell(requestId, told(null, errors));
        return reply.code(statusOf(errors[0]?.extensions?.code)).send({ errors });
      }
      requests.tell(requestId, told(getOperationAST(operation.document, operation.operationName)?.name?.value));
      const results = await resultsOf(operation);
      const stream = new EventStream(reply);
      open.add(stream);
      if (isEnded) stream.end();
      await pipe(results, stream, operation, scope);
      open.delete(stream);
    });
  });

  return {
    count: () => open.size,
    async end() {
      isEnded = true;
      for (const stream of open) stream.end();
    },
  };
}

const notAccepted = { message: 'This answers text/event-stream only.', extensions: { code: 'BAD_REQUEST' } };

async function resultsOf(operation: Operation): Promise<Results> {
  const { operation: kind } = getOperationAST(operation.document, operation.operationName) ?? {};
  return kind === OperationTypeNode.SUBSCRIPTION ? subscribe(operation) : only(await execute(operation));
}

async function* only<T>(value: T): AsyncGenerator<T, void, void> {
  yield value;
}

/** The next event is made when the last one is written. Ends with the results, the reader, the token or the server. */
async function pipe(results: Results, stream: EventStream, operation: Operation, scope: ErrorScope): Promise<void> {
  const format = (error: unknown) => formatGraphQLError(error, scope);
  const leave = () =>
    void results.return().catch((err: unknown) => scope.log.error({ err }, 'a subscription did not end'));
  const callOffExpiry = atExpiry(operation.contextValue.viewer, () => stream.end({ errors: [format(expired())] }));
  stream.signal.addEventListener('abort', leave);
  if (stream.signal.aborted) leave();
  try {
    for await (const { errors, ...result } of results) {
      await stream.send(errors ? { ...result, errors: errors.map(format) } : result);
    }
  } catch (error) {
    await stream.send({ errors: [format(error)] });
  } finally {
    callOffExpiry();
    stream.end();
  }
}

const expired = () => new AppError('UNAUTHENTICATED', 'The token has expired.');
