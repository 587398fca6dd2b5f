import { RefreshCw } from 'lucide-react';
import { useReplyPromptQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { ManifestView } from './manifest-view.tsx';
import { PanelSkeleton } from './panel-skeleton.tsx';
import styles from './why-panel.module.css';

interface ReplyManifestProps {
  messageId: string;
  /** Of the citation to show first. */
  marker: number | null;
}

export function ReplyManifest({ messageId, marker }: ReplyManifestProps) {
  // What was deleted since it was last looked at is not to be shown.
  const { data, error, refetch } = useReplyPromptQuery({
    variables: { id: messageId },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  const message = data?.chatMessage;
  if (message?.prompt) {
    const { citations, type } = message;
    return (
      <ManifestView
        manifest={message.prompt}
        cited={new Set(citations.map((citation) => citation.marker))}
        isReport={type === 'REPORT'}
        marker={marker}
      />
    );
  }
  if (error) {
    return (
      <div className={styles.body}>
        <Notice
          kind="warn"
          title="This could not be loaded"
          actions={
            <Button onClick={() => void refetch().catch(() => undefined)}>
              <RefreshCw size={15} aria-hidden="true" />
              Try again
            </Button>
          }
        >
          The server did not answer.
        </Notice>
      </div>
    );
  }
  if (!data) return <PanelSkeleton />;
  return (
    <div className={styles.body}>
      {message ? (
        <Notice kind="plain" title="No model was asked for this">
          So there is nothing that it was given.
        </Notice>
      ) : (
        <Notice kind="plain" title="This message does not exist, or is not yours" />
      )}
    </div>
  );
}
