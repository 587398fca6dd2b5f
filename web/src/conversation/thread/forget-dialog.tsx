import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { ForgetMemoryDocument, type MessageFieldsFragment } from '../../../../client/generated/graphql.ts';
import { Button } from '../../parts/button.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useToasts } from '../../parts/toasts.tsx';
import styles from './forget-dialog.module.css';

/** Before a message leaves long-term memory, which cannot be taken back. */
export function ForgetDialog({ message, onClose }: { message: MessageFieldsFragment; onClose: () => void }) {
  const client = useApolloClient();
  const { show } = useToasts();
  const [isBusy, setBusy] = useState(false);

  async function forget(): Promise<void> {
    setBusy(true);
    const { id } = message;
    try {
      await client.mutate({ mutation: ForgetMemoryDocument, variables: { input: { messageId: id } } });
      client.cache.modify({
        id: client.cache.identify({ __typename: 'ChatMessage', id }) ?? '',
        fields: { memory: () => 'NOT_RECORDED' },
      });
      show({ text: 'Forgotten' });
    } catch {
      show({ text: 'The server did not answer. Nothing was forgotten.' });
    }
    onClose();
  }

  return (
    <Sheet label="Forget this message" side="centre" onClose={onClose}>
      <div className={styles.dialog}>
        <h2>Forget this message?</h2>
        <blockquote>{message.content}</blockquote>
        <p>It stays in this conversation, but no later answer recalls it. It cannot be put back into memory.</p>
        <p className={styles.choice}>
          <Button onClick={onClose}>Keep in memory</Button>
          <Button kind="danger" disabled={isBusy} onClick={() => void forget()}>
            Forget
          </Button>
        </p>
      </div>
    </Sheet>
  );
}
