import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { type Cite, Markdown } from '../conversation/thread/message/markdown.tsx';
import styles from './report.module.css';
import { partsOf } from './report-parts.ts';
import { ReportSources } from './report-sources.tsx';

interface ReportDocumentProps {
  /** As far as it is written. */
  text: string;
  citations: MessageFieldsFragment['citations'];
  cite: Cite;
}

/** Its title, its figures, its parts, and at the end what they rest on. */
export function ReportDocument({ text, citations, cite }: ReportDocumentProps) {
  const { title, preface, body, sources } = partsOf(text);
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
        <ReportSources citations={citations} />
      ) : (
        <div className={styles.body}>
          <Markdown text={sources && `## Sources\n\n${sources}`} cite={cite} />
        </div>
      )}
    </div>
  );
}
