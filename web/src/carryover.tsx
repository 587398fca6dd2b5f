import { ApolloProvider } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { createClient } from '../../client/apollo/create-client.ts';
import { Transport } from '../../client/react/index.ts';
import { Connection } from './connection/connection.ts';
import { ConnectionProvider } from './connection/connection-strip.tsx';
import { startDelivery } from './conversation/sending/deliver.ts';
import { Drafts } from './conversation/sending/drafts.ts';
import { Outbox } from './conversation/sending/outbox.ts';
import { Sending } from './conversation/sending/sending.tsx';
import { browserTexts } from './parts/stored-texts.ts';
import { auth } from './sign-in/auth.ts';

const NORMAL_CLOSURE = 1000;

const connection = new Connection(window);
const { client, subscribe, socket } = createClient({ auth, fetch: connection.fetch });
socket.on('closed', (event) => {
  const isExpected = event instanceof CloseEvent && event.code === NORMAL_CLOSURE;
  if (!isExpected) connection.doubt();
});

const drafts = new Drafts(browserTexts, window);
const outbox = new Outbox(drafts, browserTexts, window);
startDelivery({ outbox, client, subscribe, connection });
const sending = { outbox, drafts };

/** The server that this page came from. */
export function CarryoverProvider({ children }: { children: ReactNode }) {
  return (
    <ApolloProvider client={client}>
      <Transport value={subscribe}>
        <ConnectionProvider value={connection}>
          <Sending value={sending}>{children}</Sending>
        </ConnectionProvider>
      </Transport>
    </ApolloProvider>
  );
}
