import { useFragment } from '@apollo/client/react';
import { type MessageFieldsFragment, MessageFieldsFragmentDoc } from '../../../client/generated/graphql.ts';
import type { Cite } from '../conversation/markdown.tsx';
import { FailedReport } from './failed-report.tsx';
import styles from './report.module.css';
import { ReportActions } from './report-actions.tsx';
import { ReportDocument } from './report-document.tsx';
import { progressOf } from './report-parts.ts';

interface ReportBodyProps {
  messageId: string;
  /** As far as it is written. */
  text: string;
  cite: Cite;
}

/** A report in its session, as the document that it is: while it is written, and then to be printed. */
export function ReportBody({ messageId, text, cite }: ReportBodyProps) {
  const { data, dataState } = useFragment({
    fragment: MessageFieldsFragmentDoc,
    fragmentName: 'MessageFields',
    from: { __typename: 'ChatMessage', id: messageId },
  });
  const message = dataState === 'complete' ? data : null;
  return (
    <div className={styles.report}>
      {text !== '' && <ReportDocument text={text} citations={message?.citations ?? []} cite={cite} />}
      {message && <Standing message={message} text={text} />}
    </div>
  );
}

/** How far it has come, how it ended, or what can be done with it. */
function Standing({ message, text }: { message: MessageFieldsFragment; text: string }) {
  const { status } = message;
  if (status === 'FAILED') return <FailedReport message={message} />;
  if (status === 'COMPLETE' || status === 'CANCELLED') return text !== '' && <ReportActions message={message} />;
  if (text === '') return null;
  return (
    <p className={styles.progress}>
      <i aria-hidden="true" />
      {progressOf(text)}
    </p>
  );
}
