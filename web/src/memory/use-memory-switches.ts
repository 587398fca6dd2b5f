import { useApolloClient } from '@apollo/client/react';
import { MessageStatesDocument, type SessionFieldsFragment } from '../../../client/generated/graphql.ts';
import { useSetLongTermMemoryMutation } from '../../../client/generated/hooks.ts';

type Switches = { enabled: boolean } | { crossSession: boolean };

/** Turns what is remembered of a session on and off, shown at once. */
export function useMemorySwitches(session: SessionFieldsFragment) {
  const client = useApolloClient();
  const [set, { error }] = useSetLongTermMemoryMutation();
  const { id, longTermMemory, crossSessionMemory } = session;

  async function setMemory(switches: Switches) {
    const changed = {
      longTermMemory: 'enabled' in switches ? switches.enabled : longTermMemory,
      crossSessionMemory: 'crossSession' in switches ? switches.crossSession : crossSessionMemory,
    };
    try {
      await set({
        variables: { input: { sessionId: id, ...switches } },
        optimisticResponse: {
          setLongTermMemory: { session: { ...session, ...changed } },
        },
      });
      const variables = { id, last: 20 };
      await client.query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' });
    } catch {
      // What it says of itself is shown; the switch has gone back.
    }
  }
  return { setMemory, error: error && `It did not change. ${error.message}` };
}
