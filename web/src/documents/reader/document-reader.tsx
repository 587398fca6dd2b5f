import { ArrowLeft, MessageSquare } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { useDocumentQuery } from '../../../../client/generated/hooks.ts';
import { Button } from '../../parts/button.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useIsNarrow } from '../../parts/use-media.ts';
import { dayOf, sizeOf } from '../../parts/words.ts';
import { Column, Page } from '../../shell/page.tsx';
import { DocumentMenu, useTalkAbout } from '../document-menu.tsx';
import { stateOf } from '../document-words.ts';
import { usePendingDocuments } from '../use-pending-documents.ts';
import styles from './document-reader.module.css';
import { DocumentText } from './document-text.tsx';

interface DocumentReaderProps {
  id: string;
  /** The position of the passage to show; null: the beginning. */
  passage: number | null;
}

/** One document, as it was read, with its passages. */
export function DocumentReader({ id, passage }: DocumentReaderProps) {
  const { data, error, refetch } = useDocumentQuery({ variables: { id, first: 1 } });
  const [, navigate] = useLocation();
  const talk = useTalkAbout();
  const document = data?.document;
  usePendingDocuments(document ? [document] : []);
  const back = (
    <Link href="/documents" className={styles.back} aria-label="All documents" title="All documents">
      <ArrowLeft size={18} aria-hidden="true" />
    </Link>
  );

  if (!document) {
    return (
      <Page title="Document" heading={[back, <h1 key="title">Document</h1>]}>
        <Column label="Document">
          {error && (
            <Notice
              kind="warn"
              title="The document could not be loaded."
              actions={<Button onClick={() => void refetch()}>Try again</Button>}
            />
          )}
          {document === null && (
            <Notice kind="plain" title="There is no such document.">
              It was deleted, or is not yours. <Link href="/documents">See what there is</Link>.
            </Notice>
          )}
          {!data && !error && <Skeleton lines={4} />}
        </Column>
      </Page>
    );
  }

  const isReady = document.status === 'READY';
  return (
    <Page
      title={document.filename}
      heading={
        <>
          {back}
          <h1 title={document.filename}>{document.filename}</h1>
        </>
      }
      actions={
        <>
          {isReady && <TalkAboutIt onClick={() => talk(id)} />}
          <DocumentMenu document={document} isOpen onDeleted={() => navigate('/documents')} />
        </>
      }
    >
      <Column label={document.filename}>
        <p className={styles.about}>
          {stateOf(document)} · {sizeOf(document.sizeBytes)} · {dayOf(document.createdAt)}
        </p>
        {document.status === 'PENDING' && <Notice kind="plain" title="It is being read, and will be shown here." />}
        {document.error && <Notice kind="warn" title={document.error} />}
        {isReady && <DocumentText id={id} chunkCount={document.chunkCount} passage={passage} />}
      </Column>
    </Page>
  );
}

function TalkAboutIt({ onClick }: { onClick: () => void }) {
  if (useIsNarrow()) return <IconButton label="Talk about it" icon={MessageSquare} onClick={onClick} />;
  return (
    <Button onClick={onClick}>
      <MessageSquare size={16} aria-hidden="true" />
      Talk about it
    </Button>
  );
}
