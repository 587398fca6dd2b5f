import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { useReplyStream } from '../../../client/react/index.ts';
import { WhyStrip } from '../why/why-strip.tsx';
import { FailedReport } from './failed-report.tsx';
import styles from './report.module.css';
import { ReportActions } from './report-actions.tsx';
import { ReportDocument } from './report-document.tsx';
import { progressOf } from './report-parts.ts';

interface ReportProps {
  message: MessageFieldsFragment;
  /** Where it stands. */
  sessionId: string;
  /** Called once a report that was followed here has ended. */
  onEnd: () => void;
}

/** A report in its session, as the document that it is: while it is written, and then to be printed and copied. */
export function Report(props: ReportProps) {
  const { message, sessionId } = props;
  if (message.status === 'PENDING' || message.status === 'STREAMING') return <RunningReport {...props} />;
  const isWritten = message.content.trim() !== '';
  return (
    <div className={styles.report}>
      {isWritten && <ReportDocument message={message} text={message.content} sessionId={sessionId} />}
      {message.status === 'CANCELLED' && <p className={styles.stopped}>Stopped</p>}
      {message.status === 'FAILED' && <FailedReport message={message} sessionId={sessionId} />}
      {isWritten && <ReportActions message={message} sessionId={sessionId} />}
      <WhyStrip messageId={message.id} isReport />
    </div>
  );
}

function RunningReport({ message, sessionId, onEnd }: ReportProps) {
  const { text, phase } = useReplyStream(message, onEnd);
  return (
    <div className={styles.report} aria-busy="true">
      {text !== '' && <ReportDocument message={message} text={text} sessionId={sessionId} />}
      <p className={styles.progress}>
        <i aria-hidden="true" />
        {phase === 'reconnecting' ? 'Reconnecting…' : progressOf(text)}
      </p>
    </div>
  );
}
