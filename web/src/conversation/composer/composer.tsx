import { type KeyboardEvent, useRef } from 'react';
import { AttachButton } from '../../documents/attach/attach-button.tsx';
import { useAttachments } from '../../documents/attach/use-attachments.tsx';
import { useIsTouch } from '../../parts/use-media.ts';
import { PreviewButton } from '../../why/preview-button.tsx';
import { placeOf } from '../sending/drafts.ts';
import type { Outgoing } from '../sending/outbox.ts';
import { useDraft, useRefusal } from '../sending/sending.tsx';
import styles from './composer.module.css';
import { hintFor } from './hint.ts';
import { QueuedMessage } from './queued-message.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { SendButtons } from './send-buttons.tsx';
import { useHeight } from './use-height.ts';
import { useIsOpen } from './use-is-open.ts';

interface ComposerProps {
  /** Null: of a session that begins with the message. */
  sessionId: string | null;
  /** What waits for the reply to end. */
  queued: Outgoing | undefined;
  runningId: string | undefined;
  isStopping: boolean;
  onSend: (content: string, documentIds: readonly string[]) => void;
  onStop: () => void;
}

/** Where messages are written. The text is kept from the first key on, and leaves the field when the outbox has it. */
export function Composer({ sessionId, queued, runningId, isStopping, onSend, onStop }: ComposerProps) {
  const place = placeOf(sessionId);
  const [text, setText] = useDraft(place);
  const refusal = useRefusal(place);
  const isOpen = useIsOpen(refusal);
  const isTouch = useIsTouch();
  const { chips, documentIds, clear } = useAttachments(sessionId);
  const field = useRef<HTMLTextAreaElement>(null);
  useHeight(field, text);

  const isRunning = runningId !== undefined;
  const canSend = text.trim() !== '' && !queued && isOpen;
  function send() {
    if (!canSend) return;
    onSend(text, sessionId === null ? documentIds : []);
    if (sessionId === null) clear();
    field.current?.focus();
  }
  function sendByKey(event: KeyboardEvent) {
    // Enter that ends a word of an input method is not meant for us; Safari tells it by the code 229 alone.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (isTouch) return;
    event.preventDefault();
    send();
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {refusal && <RefusalNote place={place} refusal={refusal} />}
      {queued && <QueuedMessage entry={queued} />}
      {chips}
      <div className={isOpen ? styles.box : `${styles.box} ${styles.closed}`}>
        <label className="sr" htmlFor="say">
          Message
        </label>
        <textarea
          ref={field}
          id="say"
          rows={1}
          placeholder="Write to your coach"
          enterKeyHint={isTouch ? 'enter' : 'send'}
          aria-describedby="hint"
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={sendByKey}
        />
        <div className={styles.foot}>
          <AttachButton sessionId={sessionId} />
          {sessionId !== null && <PreviewButton sessionId={sessionId} text={text} />}
          <span className={styles.hint} id="hint">
            {hintFor({ length: text.length, isRunning, isQueued: queued !== undefined, isTouch })}
          </span>
          <SendButtons isRunning={isRunning} isStopping={isStopping} canSend={canSend} onStop={onStop} />
        </div>
      </div>
    </form>
  );
}
