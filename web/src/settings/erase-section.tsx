import { useApolloClient } from '@apollo/client/react';
import { useId, useState } from 'react';
import { EraseMyDataDocument, type EraseMyDataMutation } from '../../../client/generated/graphql.ts';
import { useServerQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { counted } from '../parts/words.ts';
import { useSave } from '../sessions/use-save.ts';
import { forgetInAllTabs } from '../sign-in/forget-texts.ts';
import styles from './settings.module.css';

export function EraseSection() {
  const id = useId();
  const { data } = useServerQuery();
  const client = useApolloClient();
  const [text, setText] = useState('');
  const [saving, save] = useSave();
  const [erased, setErased] = useState<EraseMyDataMutation['eraseMyData'] | null>(null);
  const viewer = data?.viewer.id;

  const erase = () =>
    save(async () => {
      const result = await client.mutate({ mutation: EraseMyDataDocument, variables: { input: { confirm: text } } });
      forgetInAllTabs();
      setText('');
      setErased(result.data?.eraseMyData ?? null);
      // What is shown is asked for anew; that it cannot be reached by then changes nothing in what was erased.
      await client.resetStore().catch(() => undefined);
    });

  return (
    <>
      <p>
        Sessions, messages, memory, documents and reports, at once and for good. Nobody can undo it: export first what
        you want to keep.
      </p>
      <label className={styles.confirm} htmlFor={id}>
        <span>
          To erase, type your id: <code>{viewer}</code>
        </span>
        <input
          id={id}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <Button
        kind="danger"
        disabled={viewer === undefined || text !== viewer || saving.state === 'saving'}
        onClick={() => void erase()}
      >
        Erase everything
      </Button>
      {saving.state === 'failed' && (
        <p role="alert" className={styles.problem}>
          Nothing was erased. {saving.why}
        </p>
      )}
      {erased && <Erased counts={erased} />}
    </>
  );
}

/** Left by one way only: to a page that holds nothing of before. */
function Erased({ counts }: { counts: EraseMyDataMutation['eraseMyData'] }) {
  const { sessions, messages, documents, chunks, usageEntries } = counts;
  const leave = () => location.assign('/');
  return (
    <Dialog
      title="Everything is erased"
      onClose={leave}
      actions={
        <Button kind="primary" onClick={leave}>
          Begin anew
        </Button>
      }
    >
      <p role="status">
        {counted(sessions, 'session')}, {counted(messages, 'message')}, {counted(documents, 'document')},{' '}
        {counted(chunks, 'remembered passage')} and {counted(usageEntries, 'record of usage', 'records of usage')} are
        gone, and so is what this browser had kept.
      </p>
    </Dialog>
  );
}
