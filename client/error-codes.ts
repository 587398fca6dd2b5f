/** Asking again is answered the same. */
const FINAL = new Set([
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'QUERY_TOO_COMPLEX',
]);

/** Whether a subscription that ended in `error` would end in it again: what it names does not exist, or cannot be followed. */
export const isFinalError = (error: unknown): boolean => errorCodes(error).some((code) => FINAL.has(code));

/** The server does not know the token: by a code of its sockets, by an error, or by the status of its answer. */
export function isRefused(error: unknown): boolean {
  if (errorCodes(error).includes('UNAUTHENTICATED')) return true;
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && (error.code === 4401 || error.code === 4403)) return true;
  const response = 'response' in error ? error.response : undefined;
  return typeof response === 'object' && response !== null && 'status' in response && response.status === 401;
}

/**
 * The `extensions.code` of GraphQL errors, in whatever they are wrapped.
 *
 * @param error an error, an array of them, or what carries them as `errors` (Apollo Client) or `graphQLErrors` (urql)
 */
export function errorCodes(error: unknown): string[] {
  if (Array.isArray(error)) return error.flatMap(errorCodes);
  if (typeof error !== 'object' || error === null) return [];
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.flatMap(errorCodes);
  if ('graphQLErrors' in error && Array.isArray(error.graphQLErrors)) return error.graphQLErrors.flatMap(errorCodes);
  const extensions = 'extensions' in error ? error.extensions : undefined;
  const hasCode = typeof extensions === 'object' && extensions !== null && 'code' in extensions;
  return hasCode && typeof extensions.code === 'string' ? [extensions.code] : [];
}
