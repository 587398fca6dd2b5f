import { CloudOff } from 'lucide-react';
import { Link } from 'wouter';
import { ConnectionStrip } from '../connection/connection-strip.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Column, Page } from '../shell/page.tsx';
import { useShell } from '../shell/shell.tsx';
import styles from './conversation.module.css';
import message from './thread/message/message.module.css';

/** Two turns to be, on a thread without colour. */
export function Loading() {
  return (
    <div className={styles.column}>
      <p className="sr">Loading the session</p>
      <div className={message.loading} aria-hidden="true">
        {[1, 4, 2, 3].map((lines) => (
          <div key={lines} className={message.message}>
            <span className={message.knot} />
            <Skeleton lines={lines} />
          </div>
        ))}
      </div>
    </div>
  );
}

export function LoadFailure({ onRetry }: { onRetry: () => void }) {
  return (
    <div className={styles.column}>
      <Notice
        kind="plain"
        icon={CloudOff}
        title="This session could not be loaded"
        actions={<Button onClick={onRetry}>Try again</Button>}
      >
        It opens by itself when the server answers again.
      </Notice>
    </div>
  );
}

/** Of an address that leads to no session of the viewer's. */
export function Missing() {
  const { openSidebar } = useShell();
  return (
    <Page title="No such session" banner={<ConnectionStrip />}>
      <Column label="No such session">
        <p className={styles.missing}>This session does not exist, or is not yours.</p>
        <p className={styles.ways}>
          <Link href="/">Begin a new session</Link>
          <button type="button" className={styles.list} onClick={openSidebar}>
            Look through your sessions
          </button>
        </p>
      </Column>
    </Page>
  );
}
