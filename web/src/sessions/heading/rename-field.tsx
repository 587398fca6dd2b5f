import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useToasts } from '../../parts/toasts.tsx';
import { useEditSession } from '../use-edit-session.ts';
import { messageOf } from '../use-save.ts';
import styles from './rename-field.module.css';

const MAX_LENGTH = 200;

interface RenameFieldProps {
  session: { id: string; title: string };
  /** `byKey`: the focus would be lost. */
  onDone: (byKey: boolean) => void;
}

/** In place of a title: Enter and leaving it keep the new one, Esc the old one. */
export function RenameField({ session, onDone }: RenameFieldProps) {
  const [text, setText] = useState(session.title);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const edit = useEditSession();
  const { show } = useToasts();

  useEffect(() => field.current?.select(), []);

  function finish(title: string, byKey: boolean) {
    // Taking away what has the focus blurs it.
    if (isDone.current) return;
    isDone.current = true;
    if (title && title !== session.title) {
      edit(session, { title }).catch((error: unknown) => {
        show({ text: `The name could not be changed. ${messageOf(error)}`, isProblem: true });
      });
    }
    onDone(byKey);
  }

  function finishByKey(event: KeyboardEvent) {
    event.stopPropagation();
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // Esc is for the field alone, not for a dialog around it.
    event.preventDefault();
    finish(event.key === 'Enter' ? text.trim() : session.title, true);
  }

  return (
    <input
      ref={field}
      className={styles.field}
      aria-label="Name of the session"
      maxLength={MAX_LENGTH}
      value={text}
      onChange={({ target }) => setText(target.value)}
      onKeyDown={finishByKey}
      onBlur={() => finish(text.trim(), false)}
    />
  );
}
