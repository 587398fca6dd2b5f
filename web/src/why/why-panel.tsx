import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Sheet } from '../parts/sheet.tsx';
import { useIsNarrow } from '../parts/use-media.ts';
import { PanelHeader } from './panel-header.tsx';
import { PanelSkeleton } from './panel-skeleton.tsx';
import { useEscape } from './use-escape.ts';
import { returnFocus, useWhy } from './use-why.ts';
import styles from './why-panel.module.css';

// Who reads a conversation does not wait for what explains it.
const ReplyManifest = lazy(async () => ({ default: (await import('./reply-manifest.tsx')).ReplyManifest }));
const DraftManifest = lazy(async () => ({ default: (await import('./draft-manifest.tsx')).DraftManifest }));

/** What the model was given for one reply, or would be given for a draft: the third column, or a dialog on a phone. */
export function WhyPanel() {
  const { messageId, marker, draft, close } = useWhy();
  if (messageId !== null) {
    return (
      <Panel
        key={messageId}
        title="Why this answer"
        about="What the model was given to write it"
        messageId={messageId}
        onClose={close}
      >
        <ReplyManifest messageId={messageId} marker={marker} />
      </Panel>
    );
  }
  if (draft === null) return null;
  return (
    <Panel title="What would be sent" about="Were you to send your draft now" messageId={null} onClose={close}>
      <DraftManifest draft={draft} />
    </Panel>
  );
}

interface PanelProps {
  title: string;
  about: string;
  messageId: string | null;
  onClose: () => void;
  children: ReactNode;
}

function Panel({ title, about, messageId, onClose, children }: PanelProps) {
  const isNarrow = useIsNarrow();
  const heading = useRef<HTMLHeadingElement>(null);
  useEscape(onClose, !isNarrow);
  useEffect(() => {
    heading.current?.focus();
    return () => returnFocus(messageId);
  }, [messageId]);

  const content = (
    <>
      <PanelHeader title={title} about={about} heading={heading} onClose={onClose} />
      <Suspense fallback={<PanelSkeleton />}>{children}</Suspense>
    </>
  );
  if (isNarrow) {
    return (
      <Sheet label={title} side="full" onClose={onClose}>
        {content}
      </Sheet>
    );
  }
  return (
    <aside data-panel className={styles.panel} aria-label={title}>
      {content}
    </aside>
  );
}
