import type { ValidationError } from 'class-validator';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { isDatabaseAway } from './database-away.ts';

/** Codes of a client's own mistakes, from Apollo or our own rules; their messages are safe to show. */
const CLIENT_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'QUERY_TOO_COMPLEX',
]);

export interface ErrorScope {
  requestId: string;
  log: Logger;
}

/**
 * One error as every transport shows it. What is not meant for a client is logged, once and with the request's id, and
 * masked with that id.
 *
 * @param formatted what graphql or Apollo made of `error`
 */
export function formatError(
  error: unknown,
  formatted: GraphQLFormattedError,
  scope: ErrorScope,
): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const cause = withoutWrapping(error);
  if (cause instanceof ArgumentValidationError) {
    const fields = fieldsOf(cause.extensions.validationErrors);
    return { message: 'Some fields are not valid.', ...where, extensions: { code: 'BAD_USER_INPUT', fields } };
  }
  const told = isDatabaseAway(cause) ? storageUnavailable(cause) : cause;
  if (told instanceof AppError) {
    if (told.cause) scope.log.error({ err: told.cause, requestId: scope.requestId, path }, told.message);
    return { message: told.message, ...where, extensions: { code: told.code, ...told.details } };
  }
  const code = (told instanceof GraphQLError && told.extensions.code) || formatted.extensions?.code;
  if (typeof code === 'string' && CLIENT_CODES.has(code)) return { message, ...where, extensions: { code } };
  scope.log.error({ err: told, requestId: scope.requestId, path }, 'unexpected error');
  return {
    message: `Something went wrong here. Request ${scope.requestId}.`,
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: scope.requestId },
  };
}

/** The same for transports without Apollo, which gives codes to what graphql itself finds. */
export function formatGraphQLError(error: unknown, scope: ErrorScope): GraphQLFormattedError {
  if (!(error instanceof GraphQLError)) return formatError(error, { message: String(error) }, scope);
  const formatted = error.toJSON();
  // Neither in a field nor of our code: the variables did not fit the operation.
  const isOurs = error.path !== undefined || !(withoutWrapping(error) instanceof GraphQLError);
  const code = isOurs ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
  return formatError(error, { ...formatted, extensions: { code, ...formatted.extensions } }, scope);
}

const storageUnavailable = (cause: unknown) =>
  new AppError('SERVICE_UNAVAILABLE', 'The database cannot be used at the moment; try again later.', {}, { cause });

/** Libraries wrap errors in GraphQLErrors, more than once. */
function withoutWrapping(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? withoutWrapping(error.originalError) : error;
}

/** The first complaint about each field, by its path in the input. */
function fieldsOf(errors: readonly ValidationError[], prefix = ''): Record<string, string> {
  return Object.fromEntries(
    errors.flatMap((error) => {
      const name = `${prefix}${error.property}`;
      const own = Object.values(error.constraints ?? {})[0];
      return [...(own ? [[name, own]] : []), ...Object.entries(fieldsOf(error.children ?? [], `${name}.`))];
    }),
  );
}
