import { type RefObject, useRef } from 'react';
import { useDocumentsQuery } from '../../../../client/generated/hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { UploadRow } from '../uploads/upload-row.tsx';
import { useUploadList } from '../uploads/uploads.tsx';
import { usePendingDocuments } from '../use-pending-documents.ts';
import styles from './document-list.module.css';
import { DocumentRow } from './document-row.tsx';
import { NoDocuments } from './no-documents.tsx';

const PAGE = 30;

/** What is on its way, then all that is there, newest first. */
export function DocumentList() {
  const { data, loading, error, fetchMore, refetch } = useDocumentsQuery({
    variables: { first: PAGE },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  const uploads = useUploadList();
  const list = useRef<HTMLUListElement>(null);
  const documents = data?.documents.nodes ?? [];
  usePendingDocuments(documents);

  if (error && !data) {
    return (
      <Notice
        kind="warn"
        title="Your documents could not be loaded."
        actions={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  }
  if (!data) return <Skeleton lines={4} />;
  if (documents.length === 0 && uploads.length === 0) return <NoDocuments />;

  const { hasNextPage, endCursor } = data.documents.pageInfo;
  return (
    <>
      <ul ref={list} className={styles.list} aria-label="Documents" tabIndex={-1}>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
        {documents.map((each) => (
          <DocumentRow key={each.id} document={each} onDeleted={() => goOnFrom(list)} />
        ))}
      </ul>
      {hasNextPage && (
        <Button disabled={loading} onClick={() => void fetchMore({ variables: { after: endCursor } })}>
          Show earlier documents
        </Button>
      )}
    </>
  );
}

/** Once a row is gone, and the question before it, the keys go on from the list that it was in, or from the page. */
const goOnFrom = (list: RefObject<HTMLElement | null>) =>
  requestAnimationFrame(() => (list.current ?? document.getElementById('main'))?.focus());
