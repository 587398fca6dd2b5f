import { ApolloLink } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { print } from '@apollo/client/utilities';
import type { GraphQLFormattedError } from 'graphql';
import { Observable, type Subscriber } from 'rxjs';
import { backoff } from '../backoff.ts';
import { errorCodes, isFinalError } from '../error-codes.ts';
import type { Request, Result } from './create-transport.ts';

type Connect = (request: Request, signal: AbortSignal) => AsyncIterable<Result<Record<string, unknown>>>;

/**
 * Subscriptions whose last event stands for all before it, as `chatSessionChanged`: after a break the same is subscribed to
 * again, and begins with the state of then.
 */
export class SubscriptionLink extends ApolloLink {
  readonly #connect: Connect;
  readonly #isFinal: (error: unknown) => boolean;

  constructor(connect: Connect, isFinal: (error: unknown) => boolean) {
    super();
    this.#connect = connect;
    this.#isFinal = (error) => isFinalError(error) || isFinal(error);
  }

  override request({ query, variables, operationName }: ApolloLink.Operation): Observable<ApolloLink.Result> {
    const request = { query: print(query), variables, ...(operationName && { operationName }) };
    return new Observable((observer) => {
      const left = new AbortController();
      void this.#follow(request, observer, left.signal);
      return () => left.abort();
    });
  }

  async #follow(request: Request, observer: Subscriber<ApolloLink.Result>, signal: AbortSignal): Promise<void> {
    let wasThere = false;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        for await (const { data } of this.#connect(request, signal)) {
          attempt = 0;
          wasThere = true;
          observer.next({ data });
        }
        return observer.complete();
      } catch (error) {
        // What was deleted while nobody was connected ends as it does for those who were.
        if (wasThere && errorCodes(error).includes('NOT_FOUND')) return observer.complete();
        if (this.#isFinal(error)) return observer.error(asApolloError(error));
      }
      await backoff(attempt, signal);
    }
  }
}

function asApolloError(error: unknown): unknown {
  return Array.isArray(error) ? new CombinedGraphQLErrors({ errors: error.filter(isFormatted) }) : error;
}

const isFormatted = (error: unknown): error is GraphQLFormattedError =>
  typeof error === 'object' && error !== null && 'message' in error;
