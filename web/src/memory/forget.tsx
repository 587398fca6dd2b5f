import { useApolloClient } from '@apollo/client/react';
import { MessageStatesDocument } from '../../../client/generated/graphql.ts';
import { useForgetMemoryMutation } from '../../../client/generated/hooks.ts';
import { useAnnouncer } from '../parts/announcer.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { useToasts } from '../parts/toasts.tsx';
import { counted } from '../parts/words.ts';

interface ForgetProps {
  onClose: () => void;
  onForgotten?: () => void;
}

export function ForgetMessage({
  message,
  onClose,
  onForgotten,
}: ForgetProps & { message: { id: string; session: { id: string } } }) {
  const { forget, isBusy, error } = useForget(message.session.id, { onClose, onForgotten });
  return (
    <Confirm
      title="Forget this message?"
      action="Forget"
      isBusy={isBusy}
      error={error}
      onClose={onClose}
      onConfirm={() => void forget({ messageId: message.id })}
    >
      <p>The whole message leaves memory: no answer will recall it. It stays in its session, where you can read it.</p>
      <p>It cannot be put back into memory.</p>
    </Confirm>
  );
}

export function ForgetSession({
  session,
  onClose,
  onForgotten,
}: ForgetProps & { session: { id: string; title: string } }) {
  const { forget, isBusy, error } = useForget(session.id, { onClose, onForgotten });
  return (
    <Confirm
      title={`Forget everything of “${session.title}”?`}
      action="Forget everything"
      isBusy={isBusy}
      error={error}
      onClose={onClose}
      onConfirm={() => void forget({ sessionId: session.id })}
    >
      <p>
        All its messages so far leave memory: no answer will recall them. They stay in the session, where you can read
        them. What is said there from now on is remembered again, unless you turn its memory off.
      </p>
      <p>They cannot be put back into memory.</p>
    </Confirm>
  );
}

function useForget(sessionId: string, { onClose, onForgotten }: ForgetProps) {
  const client = useApolloClient();
  const { announce } = useAnnouncer();
  const { show } = useToasts();
  const [forget, { loading, error }] = useForgetMemoryMutation();
  return {
    isBusy: loading,
    error: error && `Nothing was forgotten. ${error.message}`,
    async forget(input: { messageId: string } | { sessionId: string }) {
      const { data } = await forget({ variables: { input } }).catch(() => ({ data: null }));
      if (!data) return;
      const said = `${counted(data.forgetMemory.forgottenMessages, 'message')} forgotten`;
      if ('sessionId' in input) show({ text: said });
      else announce(`${said}.`);
      onClose();
      onForgotten?.();
      // How much of its session is remembered has changed; where that is not known in a moment, it is later.
      const variables = { id: sessionId, last: 20 };
      await client
        .query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' })
        .catch(() => undefined);
    },
  };
}
