import { useApolloClient } from '@apollo/client/react';
import { MessageStatesDocument } from '../../../client/generated/graphql.ts';
import { useForgetMemoryMutation } from '../../../client/generated/hooks.ts';
import { useAnnouncer } from '../parts/announcer.tsx';
import { Confirm } from '../parts/confirm.tsx';

interface ForgetMessageProps {
  message: { id: string; session: { id: string } };
  onClose: () => void;
  onForgotten: () => void;
}

export function ForgetMessage({ message: { id, session }, onClose, onForgotten }: ForgetMessageProps) {
  const client = useApolloClient();
  const { announce } = useAnnouncer();
  const [forget, { loading, error }] = useForgetMemoryMutation({
    update: (cache) =>
      cache.modify({
        id: cache.identify({ __typename: 'ChatMessage', id }) ?? '',
        fields: { memory: () => 'NOT_RECORDED' },
      }),
  });

  async function confirm() {
    const { data } = await forget({ variables: { input: { messageId: id } } }).catch(() => ({ data: null }));
    if (!data) return;
    announce('Forgotten.');
    onClose();
    onForgotten();
    // How much of its session is remembered has changed; where that cannot be asked now, it is asked later.
    const variables = { id: session.id, last: 1 };
    await client.query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' }).catch(() => undefined);
  }

  return (
    <Confirm
      title="Forget this message?"
      action="Forget"
      isBusy={loading}
      problem={error && `Nothing was forgotten. ${error.message}`}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      <p>The whole message leaves memory: no answer will recall it. It stays in its session, where you can read it.</p>
      <p>It cannot be put back into memory.</p>
    </Confirm>
  );
}
