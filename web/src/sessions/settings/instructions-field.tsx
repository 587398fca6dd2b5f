import { useEffect, useRef, useState } from 'react';
import { useUpdateChatSessionMutation } from '../../../../client/generated/hooks.ts';
import { inDigits } from '../../parts/words.ts';
import { useSave } from '../use-save.ts';
import styles from './session-settings.module.css';

const MAX_LENGTH = 8000;

const SAID = { rest: '', saving: 'Saving', saved: 'Saved' };

/** Kept when it is left, by whatever way, so that nobody loses a text to Esc. */
export function InstructionsField({ session }: { session: { id: string; instructions: string | null } }) {
  const [text, setText] = useState(session.instructions ?? '');
  const [update] = useUpdateChatSessionMutation();
  const [saving, save] = useSave();
  const kept = useRef(session.instructions ?? '');

  const keep = async () => {
    if (text === kept.current || text.length > MAX_LENGTH) return;
    const before = kept.current;
    kept.current = text;
    const input = { id: session.id, instructions: text.trim() ? text : null };
    if (!(await save(() => update({ variables: { input } })))) kept.current = before;
  };
  const latest = useRef(keep);
  useEffect(() => {
    latest.current = keep;
  });
  useEffect(() => () => void latest.current(), []);

  return (
    <label className={styles.field}>
      <span className={styles.label}>Instructions for the coach</span>
      <textarea
        value={text}
        rows={4}
        placeholder="For example: keep answers short, and ask me one question at a time."
        aria-describedby="instructions-about"
        aria-invalid={text.length > MAX_LENGTH || saving.state === 'failed'}
        onChange={({ target }) => setText(target.value)}
        onBlur={() => void keep()}
      />
      <span className={styles.foot} id="instructions-about">
        <span role="status">{saving.state === 'failed' ? '' : SAID[saving.state]}</span>
        <span>
          {inDigits(text.length)} of {inDigits(MAX_LENGTH)}
        </span>
      </span>
      {text.length > MAX_LENGTH && (
        <span className={styles.problem}>Too long by {inDigits(text.length - MAX_LENGTH)}: not kept.</span>
      )}
      {saving.state === 'failed' && (
        <span role="alert" className={styles.problem}>
          The instructions were not kept. {saving.why}
        </span>
      )}
    </label>
  );
}
