import { Button } from '../../../parts/button.tsx';
import { useOutbox } from '../../sending/sending.tsx';
import styles from './message.module.css';

/** Under a message that nobody has taken yet. */
export function Unsent({ messageKey }: { messageKey: string }) {
  const outbox = useOutbox();
  return (
    <div className={styles.unsent}>
      <p>
        <b>Not sent.</b> It is kept here, and goes out when the server answers.
      </p>
      <Button onClick={() => outbox.change(messageKey, { state: 'SENDING', tab: outbox.tab })}>Send again</Button>
      <Button kind="quiet" onClick={() => outbox.edit(messageKey)}>
        Edit
      </Button>
    </div>
  );
}
