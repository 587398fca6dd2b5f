import { useCallback, useRef, useState } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { useAnnouncedReply } from '../conversation/thread/message/use-announced-reply.ts';
import { useFollowedReply } from '../conversation/thread/message/use-followed-reply.ts';
import { isRunning } from '../conversation/thread/turns.ts';
import { Citation } from '../why/citation.tsx';
import { WhyStrip } from '../why/why-strip.tsx';
import { FailedReport } from './failed-report.tsx';
import styles from './report.module.css';
import { ReportActions } from './report-actions.tsx';
import { ReportDocument } from './report-document.tsx';
import { progressOf } from './report-parts.ts';

/** A report in its session, as the document that it is: while it is written, and then to be printed and copied. */
export function Report({ message }: { message: MessageFieldsFragment }) {
  // One that was followed stays what it is when it has ended: its text is not put in place anew.
  const [wasRunning] = useState(() => isRunning(message));
  const { id, status, content } = message;
  const hasEnded = !isRunning(message);
  return (
    <div className={styles.report}>
      {wasRunning ? <LiveReport message={message} /> : <Body message={message} text={content} />}
      {status === 'CANCELLED' && <p className={styles.stopped}>Stopped</p>}
      {status === 'FAILED' && <FailedReport message={message} />}
      {hasEnded && content !== '' && <ReportActions message={message} />}
      {hasEnded && <WhyStrip messageId={id} isReport />}
    </div>
  );
}

function LiveReport({ message }: { message: MessageFieldsFragment }) {
  const element = useRef<HTMLDivElement>(null);
  const { text, phase } = useFollowedReply(message);
  useAnnouncedReply(element, message);
  const isBeingWritten = isRunning(message) && phase !== 'ended';
  return (
    <>
      <div ref={element} aria-busy={isBeingWritten}>
        <Body message={message} text={text} />
      </div>
      {isBeingWritten && (
        <p className={styles.progress}>
          <i aria-hidden="true" />
          {phase === 'reconnecting' ? 'Reconnecting…' : progressOf(text)}
        </p>
      )}
    </>
  );
}

function Body({ message: { id, citations }, text }: { message: MessageFieldsFragment; text: string }) {
  const cite = useCallback((marker: number) => <Citation messageId={id} marker={marker} />, [id]);
  return text !== '' && <ReportDocument text={text} citations={citations} cite={cite} />;
}
