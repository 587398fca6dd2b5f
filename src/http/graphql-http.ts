import { randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { formatError } from '../graphql/format-error.ts';
import { complexityError, MAX_TOKENS, ownRules } from '../graphql/query-limits.ts';
import { statusOf } from './answer-error.ts';
import { reportingPlugins } from './apollo-reporting.ts';
import { createContext } from './create-context.ts';
import { createExplorer } from './explorer.ts';
import { asGraphQLError } from './operation.ts';
import { asksForPage } from './page.ts';
import { type RequestLog, told } from './request-log.ts';

/** What clients that know no application/graphql-response+json expect to get as 200. */
const CLIENT_MISTAKES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
]);

/** POST and GET /graphql. @returns what ends it */
export async function serveGraphQL(
  app: App,
  fastify: FastifyInstance,
  schema: GraphQLSchema,
  requests: RequestLog,
): Promise<() => Promise<void>> {
  // Apollo gives `formatError` the error and not its context.
  const requestIds = new WeakMap<object, string>();
  const apollo = createApollo(app, schema, requestIds, requests);
  await apollo.start();

  async function contextOf({ id, headers }: FastifyRequest): Promise<Context> {
    try {
      return await createContext(app, { authorization: headers.authorization, transport: 'http', requestId: id });
    } catch (thrown) {
      const error = withStatus(asGraphQLError(thrown));
      requestIds.set(error, id);
      throw error;
    }
  }

  const handler = fastifyApolloHandler(apollo, { context: contextOf });
  const showExplorer = createExplorer(app.config);
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler(request, reply) {
      return asksForPage(request) ? showExplorer(request, reply) : handler.call(this, request, reply);
    },
  });
  return () => apollo.stop();
}

function createApollo(
  { config, log }: App,
  schema: GraphQLSchema,
  requestIds: WeakMap<object, string>,
  requests: RequestLog,
) {
  return new ApolloServer<Context>({
    schema,
    ...(config.apollo && { apollo: { key: config.apollo.key, graphRef: config.apollo.graphRef } }),
    // By our own rule, as on the other transports.
    introspection: true,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: ownRules(config.introspection),
    // What Apollo says may quote a request, so only that it said something is told.
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => log.warn({}, 'Apollo Server warned'),
      error: (problem) => log.error({ err: problem }, 'Apollo Server failed'),
    },
    formatError(formatted, error) {
      const requestId = (typeof error === 'object' && error && requestIds.get(error)) || randomUUID();
      return formatError(error, formatted, { requestId, log });
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It would resolve every field through a hook of its own.
      ApolloServerPluginCacheControlDisabled(),
      ...reportingPlugins(config),
      rememberRequests(requestIds),
      operationChecks(schema),
      statusForOlderClients,
      limitHeaders,
      tellOperation(requests),
    ],
  });
}

const rememberRequests = (requestIds: WeakMap<object, string>): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) requestIds.set(error, contextValue.requestId);
      },
    };
  },
});

const tellOperation = (requests: RequestLog): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    return {
      async willSendResponse({ operationName, response: { body }, contextValue }) {
        requests.tell(
          contextValue.requestId,
          told(operationName, body.kind === 'single' ? body.singleResult.errors : []),
        );
      },
    };
  },
});

const operationChecks = (schema: GraphQLSchema): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, document, request }) {
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw subscriptionOverPost();
        const costly = complexityError(schema, document, request.variables ?? {}, request.operationName);
        if (costly) throw withStatus(costly);
      },
    };
  },
});

const statusForOlderClients: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response, errors }) {
        const isMistake = errors?.every(({ extensions }) => CLIENT_MISTAKES.has(String(extensions.code)));
        if (!acceptsStatus(request) && isMistake && response.http.status === 400) response.http.status = 200;
      },
    };
  },
};

/** Where a limit was all that went wrong, plain HTTP says so too: to clients that read answers whatever their status. */
const limitHeaders: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if (response.body.kind !== 'single') return;
        const { data, errors = [] } = response.body.singleResult;
        const isLimit = errors.length > 0 && errors.every(({ extensions }) => extensions?.code === 'LIMIT_EXCEEDED');
        if (!isLimit || data) return;
        if (acceptsStatus(request)) response.http.status = statusOf('LIMIT_EXCEEDED');
        const seconds = errors.map(({ extensions }) => Number(extensions?.retryAfterSeconds ?? 0));
        if (Math.max(...seconds) > 0) response.http.headers.set('retry-after', String(Math.max(...seconds)));
      },
    };
  },
};

const acceptsStatus = ({ http }: GraphQLRequest): boolean =>
  Boolean(http?.headers.get('accept')?.includes('application/graphql-response+json'));

const subscriptionOverPost = () =>
  withStatus(
    new GraphQLError(
      'Subscriptions run over a WebSocket at /graphql (graphql-transport-ws) or as an event stream at POST /graphql/stream.',
      { extensions: { code: 'BAD_REQUEST' } },
    ),
  );

/** Apollo answers 500 to what goes wrong before execution, unless the error says what. */
function withStatus(error: GraphQLError): GraphQLError {
  const { originalError } = error;
  const own = originalError && 'code' in originalError ? originalError.code : undefined;
  const code = error.extensions.code ?? own ?? 'INTERNAL_SERVER_ERROR';
  return new GraphQLError(error.message, {
    originalError,
    extensions: { ...error.extensions, code, http: { status: statusOf(code) } },
  });
}
