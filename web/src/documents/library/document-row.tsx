import { CircleAlert, FileText, Loader } from 'lucide-react';
import { Link } from 'wouter';
import type { DocumentFieldsFragment } from '../../../../client/generated/graphql.ts';
import { dayOf, sizeOf } from '../../parts/words.ts';
import { DocumentMenu } from '../document-menu.tsx';
import { stateOf } from '../document-words.ts';
import styles from './document-list.module.css';

const ICONS = { READY: FileText, PENDING: Loader, FAILED: CircleAlert };

export function DocumentRow({ document, onDeleted }: { document: DocumentFieldsFragment; onDeleted: () => void }) {
  const { id, filename, status, error, sizeBytes, createdAt } = document;
  const Icon = ICONS[status];
  return (
    <li className={`${styles.row} ${styles[status]}`}>
      <Icon size={18} aria-hidden="true" />
      <div>
        {status === 'READY' ? (
          <Link href={`/documents?open=${id}`}>{filename}</Link>
        ) : (
          <span className={styles.name}>{filename}</span>
        )}
        <p className={styles.about}>
          <span className={styles.state}>{stateOf(document)}</span>
          <span>{sizeOf(sizeBytes)}</span>
          <time dateTime={createdAt}>{dayOf(createdAt)}</time>
        </p>
        {error && <p className={styles.reason}>{error} Mend the file and upload it again, or delete it here.</p>}
      </div>
      <DocumentMenu document={document} onDeleted={onDeleted} />
    </li>
  );
}
