import { Upload } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { Link } from 'wouter';
import type { DocumentFieldsFragment } from '../../../../client/generated/graphql.ts';
import { useDocumentsQuery } from '../../../../client/generated/hooks.ts';
import { Skeleton } from '../../parts/skeleton.tsx';
import { stateOf } from '../document-words.ts';
import styles from './attach-list.module.css';
import { useAttachments } from './use-attachments.tsx';

/** The newest; for others the reader goes to all documents. */
const SHOWN = 50;

interface AttachListProps {
  sessionId: string | null;
  onUpload: () => void;
}

/** The viewer's documents, and which of them answers may draw on. */
// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function AttachList({ sessionId, onUpload }: AttachListProps) {
  const { data, loading } = useDocumentsQuery({ variables: { first: SHOWN }, fetchPolicy: 'cache-and-network' });
  const { documentIds, add, remove } = useAttachments(sessionId);
  const documents = data?.documents.nodes ?? [];
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div className={styles.list}>
      <button ref={first} type="button" className={styles.upload} onClick={onUpload}>
        <Upload size={16} aria-hidden="true" />
        Upload files…
      </button>
      {loading && !data && <Skeleton lines={2} />}
      {documents.length > 0 && (
        <fieldset>
          <legend>Answers may draw on</legend>
          {documents.map((document) => (
            <Choice
              key={document.id}
              document={document}
              isChosen={documentIds.includes(document.id)}
              onChange={(isChosen) => (isChosen ? add(document.id) : remove(document.id))}
            />
          ))}
        </fieldset>
      )}
      <Link href="/documents" className={styles.all}>
        All documents
      </Link>
    </div>
  );
}

interface ChoiceProps {
  document: DocumentFieldsFragment;
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
}

function Choice({ document, isChosen, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <input
        type="checkbox"
        id={id}
        aria-describedby={`${id}-state`}
        checked={isChosen}
        onChange={({ target }) => onChange(target.checked)}
      />
      <label htmlFor={id}>{document.filename}</label>
      <span id={`${id}-state`}>{stateOf(document)}</span>
    </div>
  );
}
