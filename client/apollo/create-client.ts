import { ApolloClient, ApolloLink, type InMemoryCache } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import type { Subscribe } from '../follow-reply.ts';
import { ReplyStreamDocument } from '../generated/graphql.ts';
import type { Auth } from './auth.ts';
import { createCache } from './create-cache.ts';
import { createLink } from './create-link.ts';
import { createTransport, type SubscriptionTransport } from './create-transport.ts';

export interface ClientOptions {
  /** Of the server's `/graphql`, as a page would link to it. Default: that of the server the page came from. */
  url?: string;
  auth?: Auth;
  /** Default: that of `createCache`. */
  cache?: InMemoryCache;
  /** Where there is no global WebSocket. */
  webSocket?: unknown;
  fetch?: typeof fetch;
}

export interface Connected extends Omit<SubscriptionTransport, 'link' | 'reconnect'> {
  client: ApolloClient;
  /**
   * To be called once the tokens are those of another viewer, or of none: nothing that the last one was answered is kept, nor
   * answered yet, and what the page shows is asked for again. Settles when that was answered.
   */
  changeViewer(): Promise<void>;
}

/**
 * An Apollo Client of a Carryover server, and what carries its replies: `<ApolloProvider client={client}>` around
 * `<Transport value={subscribe}>`. When a reply has ended, its message is in the cache before anyone hears of it.
 */
export function createClient({
  url = '/graphql',
  auth,
  cache = createCache(),
  fetch: given = globalThis.fetch,
  webSocket,
}: ClientOptions = {}): Connected {
  const { href: uri } = new URL(url, globalThis.location?.href);
  // With the type names by which the cache knows what is what.
  const document = cache.transformDocument(ReplyStreamDocument);
  let viewer = new AbortController();
  const fetch: typeof given = (input, init) =>
    given(input, { ...init, signal: AbortSignal.any([viewer.signal, ...(init?.signal ? [init.signal] : [])]) });
  const { link, reconnect, ...transport } = createTransport({
    ...{ ws: uri.replace(/^http/, 'ws'), sse: `${uri}/stream` },
    ...{ auth, document: print(document), fetch, webSocket },
  });
  const client = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      link,
      createLink({ uri, auth, fetch }),
    ),
    // What was paged in stays when a query is asked again.
    defaultOptions: { watchQuery: { refetchWritePolicy: 'merge' } },
  });

  const subscribe: Subscribe = async function* (messageId, fromOffset, signal) {
    for await (const event of transport.subscribe(messageId, fromOffset, signal)) {
      if (event.__typename !== 'ReplyDelta') {
        const variables = { messageId, fromOffset };
        cache.write({ query: document, variables, result: { replyStream: event }, dataId: 'ROOT_SUBSCRIPTION' });
      }
      yield event;
    }
  };

  async function changeViewer(): Promise<void> {
    viewer.abort(new Error('Another viewer has come.'));
    viewer = new AbortController();
    reconnect();
    // Who shows what could not be asked for again is told so.
    await client.resetStore().catch(() => undefined);
  }

  return { ...transport, client, subscribe, changeViewer };
}
