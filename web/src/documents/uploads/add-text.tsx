import { type FormEvent, useId, useState } from 'react';
import { addDocument } from '../../../../client/apollo/index.ts';
import { useAddDocumentMutation } from '../../../../client/generated/hooks.ts';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import styles from './add-text.module.css';

/** Of the server. */
const MAX_UNITS = 500_000;
const MAX_NAME_UNITS = 255;

/** A text that is in no file. */
export function AddText({ onClose }: { onClose: () => void }) {
  const id = useId();
  const { announce } = useAnnouncer();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [add, { loading, error }] = useAddDocumentMutation({
    update: (cache, { data }) => data && addDocument(cache, data.addDocument.document.id),
  });

  async function submit(event: FormEvent) {
    event.preventDefault();
    const { data } = await add({ variables: { input: { filename: name, text } } }).catch(() => ({ data: null }));
    if (!data) return;
    announce(`${data.addDocument.document.filename} is added.`);
    onClose();
  }

  return (
    <Sheet label="Paste a text" side="centre" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <h2>Paste a text</h2>
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          required
          pattern=".*\S.*"
          maxLength={MAX_NAME_UNITS}
          placeholder="Notes from the workshop"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <label htmlFor={`${id}-text`}>Text</label>
        <textarea
          id={`${id}-text`}
          required
          rows={10}
          maxLength={MAX_UNITS}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {error && (
          <Notice kind="warn" title="The text was not added.">
            {error.message}
          </Notice>
        )}
        <div className={styles.actions}>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button kind="primary" type="submit" disabled={loading || !name.trim() || !text.trim()}>
            Add
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
