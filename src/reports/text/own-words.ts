import { ruleSentences } from '../../models/offline/report.ts';
import { lengthOf, type Statement, statementsOf } from '../../models/offline/statements.ts';
import type { ReportParts } from '../../models/report-parts.ts';

const MOST_OWN_WORDS = 5;

/** Spread over the period: of each fifth of it the weightiest words that no other section quotes. */
export function ownWords(parts: ReportParts, pair: readonly string[]): Statement[] {
  const elsewhere = [
    ...(['BRIEF', 'GOALS', 'OBSTACLES', 'HELP'] as const).flatMap((section) => ruleSentences(section, parts)),
    ...pair,
  ].join('\n');
  const statements = parts.passages.flatMap(statementsOf).filter(({ text }) => lengthOf(text) > 3);
  const fresh = statements.filter(({ text }) => !elsewhere.includes(text));
  const candidates = fresh.length > 0 ? fresh : statements;
  const times = parts.passages.flatMap(({ saidAt }) => saidAt?.getTime() ?? []);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const fifthOf = ({ saidAt }: Statement) =>
    Math.min(MOST_OWN_WORDS - 1, Math.floor(((saidAt.getTime() - from) / Math.max(1, to - from)) * MOST_OWN_WORDS));
  const fifths = Map.groupBy(candidates, fifthOf);
  return [...fifths.keys()]
    .sort((a, b) => a - b)
    .flatMap((fifth) => (fifths.get(fifth) ?? []).toSorted((a, b) => telling(b) - telling(a))[0] ?? []);
}

/** Feelings and second thoughts tell more than what is listed elsewhere, and many words more than few. */
const telling = ({ kind, text }: Statement) =>
  (kind === 'FEELING' || kind === 'AMBIVALENT' || kind === 'RELUCTANT' ? 2 : 1) + text.split(' ').length / 100;
