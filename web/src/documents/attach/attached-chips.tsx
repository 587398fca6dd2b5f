import { useState } from 'react';
import { counted } from '../../parts/words.ts';
import type { Upload } from '../uploads/upload-queue.ts';
import styles from './attached-chips.module.css';
import { DocumentChip } from './document-chip.tsx';
import { UploadChip } from './upload-chip.tsx';

/** So many are shown before the reader asks for all. */
const SHOWN = 3;

interface AttachedChipsProps {
  documentIds: readonly string[];
  uploads: readonly Upload[];
  onRemove: (documentId: string) => void;
}

/** What answers may draw on, and what is on its way to it. */
export function AttachedChips({ documentIds, uploads, onRemove }: AttachedChipsProps) {
  const [isWhole, setWhole] = useState(false);
  if (documentIds.length === 0 && uploads.length === 0) return null;
  const newestFirst = documentIds.toReversed();
  const shown = isWhole ? newestFirst : newestFirst.slice(0, SHOWN);
  const more = documentIds.length - shown.length;
  return (
    <ul className={styles.chips} aria-label="Documents of this session">
      {uploads.map((upload) => (
        <UploadChip key={upload.id} upload={upload} />
      ))}
      {shown.map((id) => (
        <DocumentChip key={id} id={id} onRemove={onRemove} />
      ))}
      {more > 0 && (
        <li>
          <button type="button" className={styles.more} onClick={() => setWhole(true)}>
            {counted(more, 'more', 'more')}
          </button>
        </li>
      )}
    </ul>
  );
}
