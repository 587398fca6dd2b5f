import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../context.ts';
import { complexityError, MAX_TOKENS, ownRules } from '../graphql/query-limits.ts';

/** As a client sends it: nothing of it is checked. */
export interface Params {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

/** Ready for graphql's `execute` and `subscribe`, and within the limits. */
export interface Operation extends ExecutionArgs {
  variableValues: Record<string, unknown>;
  contextValue: Context;
}

export type Prepare = (
  params: Params,
  contextOf: () => Promise<Context>,
) => Promise<Operation | readonly GraphQLError[]>;

/** Of heap, as `heapBytes` estimates it. The socket and the event stream have a cache each. */
const MAX_CACHED_BYTES = 5_000_000;

/** Who sends longer ones has text in them, which is seldom the same twice. */
const MAX_CACHED_CHARACTERS = 20_000;

/** Measured: what the parser keeps of each word and sign, by which a short document outweighs its text a hundredfold. */
const TOKEN_BYTES = 500;

/** Does for the socket and the event stream what Apollo does for HTTP: the viewer first, then the document, by one set of rules. */
export function createPreparer(schema: GraphQLSchema, introspection: boolean): Prepare {
  const rules = [...specifiedRules, ...ownRules(introspection)];
  const valid = new LRUCache<string, DocumentNode>({ maxSize: MAX_CACHED_BYTES, sizeCalculation: heapBytes });

  function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const known = valid.get(query);
    if (known) return known;
    const document = parseQuery(query);
    const errors = validate(schema, document, rules, { hideSuggestions: !introspection });
    if (errors.length > 0) return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    if (query.length <= MAX_CACHED_CHARACTERS) valid.set(query, document);
    return document;
  }

  return async (params, contextOf) => {
    try {
      const contextValue = await contextOf();
      const { query, operationName, variables } = checked(params);
      const document = documentOf(query);
      if (!('kind' in document)) return document;
      const costly = complexityError(schema, document, variables, operationName);
      return costly ? [costly] : { schema, document, variableValues: variables, operationName, contextValue };
    } catch (error) {
      return [asGraphQLError(error)];
    }
  };
}

export function asGraphQLError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  const originalError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(originalError.message, { originalError });
}

function checked({ query, operationName, variables }: Params) {
  if (typeof query !== 'string') throw malformed('`query` must be a string.');
  if (operationName != null && typeof operationName !== 'string') throw malformed('`operationName` must be a string.');
  if (variables != null && !isRecord(variables)) throw malformed('`variables` must be an object.');
  return { query, operationName: operationName ?? null, variables: variables ?? {} };
}

const malformed = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseQuery(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function heapBytes({ loc }: DocumentNode, query: string): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens++;
  return query.length + tokens * TOKEN_BYTES;
}

/** A code of its own stays. */
const coded = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code, ...error.extensions },
  });
