import { useCallback } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Markdown } from '../conversation/thread/markdown.tsx';
import { Citation } from '../why/citation.tsx';
import styles from './report.module.css';
import { partsOf } from './report-parts.ts';
import { ReportSources } from './report-sources.tsx';

interface ReportDocumentProps {
  message: MessageFieldsFragment;
  /** As far as it is written. */
  text: string;
  sessionId: string;
}

/** Its title, its figures, its parts, and at the end what they rest on. */
export function ReportDocument({ message: { id, citations }, text, sessionId }: ReportDocumentProps) {
  const { title, preface, body, sources } = partsOf(text);
  const cite = useCallback((marker: number) => <Citation messageId={id} marker={marker} />, [id]);
  return (
    <div className={styles.document}>
      {title !== null && <h3 className={styles.title}>{title}</h3>}
      <div className={styles.preface}>
        <Markdown text={preface} cite={cite} />
      </div>
      <div className={styles.body}>
        <Markdown text={body} cite={cite} />
      </div>
      {citations.length > 0 ? (
        <ReportSources citations={citations} sessionId={sessionId} />
      ) : (
        <div className={styles.body}>
          <Markdown text={sources && `## Sources\n\n${sources}`} cite={cite} />
        </div>
      )}
    </div>
  );
}
