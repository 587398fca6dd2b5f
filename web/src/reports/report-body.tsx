import { type Cite, Markdown } from '../conversation/thread/markdown.tsx';

/** The text of a report in the thread, also while it is written. */
export function ReportBody({ text, cite }: { messageId: string; text: string; cite: Cite }) {
  return <Markdown text={text} cite={cite} />;
}
