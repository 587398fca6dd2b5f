import { ApolloProvider } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { createClient } from '../../client/apollo/create-client.ts';
import { Transport } from '../../client/react/index.ts';
import { auth } from './sign-in/auth.ts';

const { client, subscribe } = createClient({ auth });

/** The server that this page came from. */
export function CarryoverProvider({ children }: { children: ReactNode }) {
  return (
    <ApolloProvider client={client}>
      <Transport value={subscribe}>{children}</Transport>
    </ApolloProvider>
  );
}
