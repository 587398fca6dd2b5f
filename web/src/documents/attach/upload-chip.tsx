import { CircleAlert, FileUp, RotateCw, X } from 'lucide-react';
import type { Upload } from '../uploads/upload-queue.ts';
import { useUploads } from '../uploads/uploads.tsx';
import styles from './attached-chips.module.css';

export function UploadChip({ upload: { id, file, state } }: { upload: Upload }) {
  const { queue } = useUploads();
  const isFailed = state.is === 'failed';
  return (
    <li className={`${styles.chip} ${isFailed ? styles.failed : ''}`}>
      {isFailed ? <CircleAlert size={14} aria-hidden="true" /> : <FileUp size={14} aria-hidden="true" />}
      <span className={styles.name}>{file.name}</span>
      {state.is === 'sending' && (
        <progress aria-label={`Uploading ${file.name}`} max={100} value={Math.round(state.part * 100)} />
      )}
      {state.is === 'waiting' && <span className={styles.state}>{state.reason ?? 'Waiting'}</span>}
      {state.is === 'there' && <span className={styles.state}>Was there already</span>}
      {isFailed && <span className={styles.state}>{state.reason}</span>}
      {isFailed && state.canRetry && (
        <button type="button" aria-label={`Upload ${file.name} again`} onClick={() => queue.retry(id)}>
          <RotateCw size={14} aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        aria-label={state.is === 'sending' || state.is === 'waiting' ? `Cancel ${file.name}` : `Dismiss ${file.name}`}
        onClick={() => queue.drop(id)}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  );
}
