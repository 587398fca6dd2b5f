import { ApolloLink, HttpLink } from '@apollo/client';
import { ServerError } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, mergeMap } from 'rxjs';
import { errorCodes } from '../error-codes.ts';
import { type Auth, authorization, renew } from './auth.ts';

export interface LinkOptions {
  /** Of the server's `/graphql`. */
  uri: string;
  auth?: Auth | undefined;
  fetch?: typeof fetch | undefined;
}

/**
 * Queries and mutations over HTTP. A request whose token the server refused is made once more, after one refresh for all such
 * requests. Nothing else is repeated: who sends a mutation again knows its idempotency key.
 */
export function createLink({ uri, auth, fetch }: LinkOptions): ApolloLink {
  const http = new HttpLink({ uri, ...(fetch && { fetch }) });
  if (!auth) return http;
  const bearer = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, ...(await authorization(auth)) },
  }));
  const refreshed = new ErrorLink(({ error, operation, forward }) => {
    const { isRepeated, headers } = operation.getContext();
    if (!auth.refresh || !isUnauthenticated(error) || isRepeated) return;
    operation.setContext({ isRepeated: true });
    return from(renew(auth, headers?.authorization)).pipe(mergeMap(() => forward(operation)));
  });
  return ApolloLink.from([refreshed, bearer, http]);
}

const isUnauthenticated = (error: unknown): boolean =>
  errorCodes(error).includes('UNAUTHENTICATED') || (ServerError.is(error) && error.statusCode === 401);
