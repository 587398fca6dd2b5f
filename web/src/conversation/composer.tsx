import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import styles from './composer.module.css';

interface ComposerProps {
  isReplying: boolean;
  onSend: (content: string) => void;
  onStop: () => void;
}

export function Composer({ isReplying, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState('');
  function send() {
    if (!text.trim() || isReplying) return;
    onSend(text);
    setText('');
  }
  function sendByKey(event: KeyboardEvent) {
    // Enter that ends a word of an input method is not meant for us; Safari tells it by the code 229 alone.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
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
      <div className={styles.box}>
        <label className="sr" htmlFor="say">
          Message
        </label>
        <textarea
          id="say"
          rows={1}
          placeholder="Write to your coach"
          enterKeyHint="send"
          aria-describedby="hint"
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={sendByKey}
        />
        <div className={styles.foot}>
          <span className={styles.hint} id="hint">
            Enter sends, Shift Enter starts a new line
          </span>
          {isReplying ? (
            <button type="button" className={styles.stop} onClick={onStop}>
              <Square size={12} fill="currentColor" aria-hidden="true" />
              Stop
            </button>
          ) : (
            <button type="submit" className={styles.send} disabled={!text.trim()} aria-label="Send">
              <ArrowUp size={18} aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}
