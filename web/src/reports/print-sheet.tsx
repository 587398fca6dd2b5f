import { useLayoutEffect } from 'react';
import { createPortal } from 'react-dom';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Markdown } from '../conversation/thread/message/markdown.tsx';
import { fullDayOf } from '../parts/words.ts';
import styles from './print-sheet.module.css';
import { partsOf } from './report-parts.ts';
import { ReportSources } from './report-sources.tsx';

/** The report alone, on paper: outside of the app, which is not printed, so that pages break where the text allows it. */
export function PrintSheet({ message }: { message: MessageFieldsFragment }) {
  const { title, preface, body, sources } = partsOf(message.content);
  useLayoutEffect(() => {
    const shown = document.title;
    // What a file is called that it is printed to.
    document.title = title ?? 'Report';
    return () => {
      document.title = shown;
    };
  }, [title]);
  return createPortal(
    <article data-print-sheet className={styles.sheet}>
      <h1>{title ?? 'Report'}</h1>
      <div className={styles.preface}>
        <Markdown text={preface} cite={onPaper} />
      </div>
      <Markdown text={body} cite={onPaper} />
      {message.citations.length > 0 ? (
        <ReportSources citations={message.citations} />
      ) : (
        <Markdown text={sources && `## Sources\n\n${sources}`} cite={onPaper} />
      )}
      <footer>Written on {fullDayOf(message.endedAt ?? message.createdAt)} by Carryover.</footer>
    </article>,
    document.body,
  );
}

const onPaper = (marker: number) => <sup>{marker}</sup>;
