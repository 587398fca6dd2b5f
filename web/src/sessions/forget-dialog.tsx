import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { MessageStatesDocument } from '../../../client/generated/graphql.ts';
import { useForgetMemoryMutation } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { counted } from '../parts/words.ts';
import { useSave } from './use-save.ts';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function ForgetDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { query } = useApolloClient();
  const [forget] = useForgetMemoryMutation();
  const [saving, save] = useSave();
  const [forgotten, setForgotten] = useState<number | null>(null);

  const run = () =>
    save(async () => {
      const { data } = await forget({ variables: { input: { sessionId: id } } });
      setForgotten(data?.forgetMemory.forgottenMessages ?? 0);
      const variables = { id, last: 100 };
      await query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' }).catch(() => undefined);
    });

  if (forgotten !== null) {
    return (
      <Dialog
        title="Forgotten"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <p role="status">
          {forgotten === 0
            ? 'There was nothing of this session in memory.'
            : `${counted(forgotten, 'message')} ${forgotten === 1 ? 'is' : 'are'} no longer in memory.`}
        </p>
      </Dialog>
    );
  }
  return (
    <Confirm
      title="Forget this session?"
      action="Forget"
      isBusy={saving.state === 'saving'}
      problem={saving.state === 'failed' ? `Nothing was forgotten. ${saving.why}` : undefined}
      onConfirm={run}
      onClose={onClose}
    >
      <p>
        What was written here so far stays in the session, and is taken out of memory: no answer, here or elsewhere,
        will draw on it again. It cannot be put back.
      </p>
    </Confirm>
  );
}
