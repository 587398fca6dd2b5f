import { CircleAlert, FileUp, X } from 'lucide-react';
import { Link } from 'wouter';
import { Button } from '../../parts/button.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { sizeOf } from '../../parts/words.ts';
import styles from '../library/document-list.module.css';
import type { Upload } from './upload-queue.ts';
import { useUploads } from './uploads.tsx';

export function UploadRow({ upload: { id, file, state } }: { upload: Upload }) {
  const { queue } = useUploads();
  const isFailed = state.is === 'failed';
  const isGoing = state.is === 'waiting' || state.is === 'sending';
  const Icon = isFailed ? CircleAlert : FileUp;
  return (
    <li className={`${styles.row} ${isFailed ? styles.FAILED : ''}`}>
      <Icon size={18} aria-hidden="true" />
      <div>
        {state.is === 'there' ? (
          <Link href={`/documents?open=${state.documentId}`}>{file.name}</Link>
        ) : (
          <span className={styles.name}>{file.name}</span>
        )}
        {state.is === 'sending' && (
          <progress aria-label={`Uploading ${file.name}`} max={100} value={Math.round(state.part * 100)} />
        )}
        <p className={styles.about}>
          {state.is === 'sending' && <span>{sendingOf(state.part)}</span>}
          {state.is === 'waiting' && <span>{state.reason ?? 'Waits for its turn'}</span>}
          {state.is === 'there' && <span>You had this file already. Nothing was added.</span>}
          {isFailed && <span className={styles.state}>Was not uploaded</span>}
          <span>{sizeOf(file.size)}</span>
        </p>
        {isFailed && <p className={styles.reason}>{state.reason}</p>}
        {isFailed && state.canRetry && <Button onClick={() => queue.retry(id)}>Try again</Button>}
      </div>
      <IconButton label={`${isGoing ? 'Cancel' : 'Dismiss'} ${file.name}`} icon={X} onClick={() => queue.drop(id)} />
    </li>
  );
}

const sendingOf = (part: number): string => (part < 1 ? `${Math.floor(part * 100)} % uploaded` : 'Being stored');
