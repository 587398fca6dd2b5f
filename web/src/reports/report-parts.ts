/** A report's text, as it is laid out. */
export interface ReportParts {
  /** As in "Report: 16 to 22 November 2026"; null where it has none yet. */
  title: string | null;
  /** What stands before its first part: the figures, who wrote it, what it leaves out. */
  preface: string;
  body: string;
  /** Its own list of sources. */
  sources: string;
}

const PART = /^## /m;
/** The space between a word and its [n], which belong on one line. */
const MARKER_AFTER_WORD = /(?<=[^\s-]) (?=\[\d)/g;
const SOURCES = /^## Sources$/m;

/** @param text Markdown as the server writes reports, whole or still growing */
export function partsOf(text: string): ReportParts {
  return partsOfJoined(text.replace(MARKER_AFTER_WORD, '\u00a0'));
}

function partsOfJoined(text: string): ReportParts {
  const [, title = null] = /^# (.*)$/m.exec(text) ?? [];
  const rest = title === null ? text : text.replace(/^# .*$/m, '');
  const sourcesAt = rest.search(SOURCES);
  const written = sourcesAt < 0 ? rest : rest.slice(0, sourcesAt);
  const bodyAt = written.search(PART);
  return {
    title,
    preface: (bodyAt < 0 ? written : written.slice(0, bodyAt)).trim(),
    body: bodyAt < 0 ? '' : written.slice(bodyAt).trim(),
    sources: sourcesAt < 0 ? '' : rest.slice(sourcesAt).replace(SOURCES, '').trim(),
  };
}

/** What is being done while a report is made. */
export function progressOf(text: string): string {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  const last = headings.at(-1);
  if (text === '') return 'Reading what you wrote in this period…';
  return last ? `Writing “${last}”…` : 'Writing…';
}
