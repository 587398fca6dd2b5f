import { useFragment } from '@apollo/client/react';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { MessageFieldsFragmentDoc } from '../../../client/generated/graphql.ts';
import { lazily } from '../parts/lazily.ts';
import { Sheet } from '../parts/sheet.tsx';
import { useIsNarrow } from '../parts/use-media.ts';
import { PanelHeader } from './panel-header.tsx';
import { PanelSkeleton } from './panel-skeleton.tsx';
import { useEscape } from './use-escape.ts';
import { returnFocus, useWhy } from './use-why.ts';
import styles from './why-panel.module.css';

// Who reads a conversation does not wait for what explains it.
const ReplyManifest = lazily(async () => ({ default: (await import('./reply-manifest.tsx')).ReplyManifest }));
const DraftManifest = lazily(async () => ({ default: (await import('./draft-manifest.tsx')).DraftManifest }));

/** What the model was given for one reply, or would be given for a draft: the third column, or a dialog on a phone. */
export function WhyPanel() {
  const { messageId, marker, draft, close } = useWhy();
  const isReport = useIsReport(messageId);
  if (messageId !== null) {
    return (
      <Panel
        key={messageId}
        title={isReport ? 'What the report rests on' : 'Why this answer'}
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

/** As far as it is known before it is asked for. */
function useIsReport(messageId: string | null): boolean {
  const { data } = useFragment({
    fragment: MessageFieldsFragmentDoc,
    fragmentName: 'MessageFields',
    from: messageId === null ? null : { __typename: 'ChatMessage', id: messageId },
  });
  return data?.type === 'REPORT';
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
