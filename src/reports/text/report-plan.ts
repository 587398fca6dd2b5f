import { contentStems } from '../../models/offline/content-stems.ts';
import { cut } from '../../models/offline/quotation.ts';
import { isOtherLanguage } from '../../models/offline/readable.ts';
import { ruleSentences } from '../../models/offline/report.ts';
import { dateText } from '../../models/offline/sentences.ts';
import type { ReportParts, WrittenSection } from '../../models/report-parts.ts';
import { documentName } from '../../prompt/document-name.ts';
import type { CheckedSource } from '../checks/given.ts';
import type { Evidence } from '../evidence/number-evidence.ts';
import type { ReportFacts } from '../evidence/period.ts';
import { ownWords } from './own-words.ts';
import type { PlannedSection, ReportPlan } from './report-text.ts';
import { shownText } from './shown-text.ts';
import { dayText } from './wording-of-facts.ts';

const TITLE_UNITS = 60;

export interface Planned {
  facts: ReportFacts;
  evidence: Evidence;
  parts: ReportParts;
  /** What the model was sent: it may cite nothing else. */
  sent: ReadonlySet<number>;
  /** Whether to name sessions among the sources. */
  isOfAllSessions: boolean;
}

/** Everything of a report that is ours, and what the model's sentences are checked against. */
export function planReport({ facts, evidence, parts, sent, isOfAllSessions }: Planned): ReportPlan {
  const written = (section: WrittenSection, rest: Partial<PlannedSection>): PlannedSection => ({
    written: section,
    heading: null,
    own: [],
    form: 'LIST',
    byRules: ruleSentences(section, parts),
    empty: null,
    ...rest,
  });
  const isRead = !parts.passages.some(({ text }) => isOtherLanguage(text));
  const nothingAbout = (matter: string) =>
    isRead ? `Nothing in this period about ${matter}.` : `Nothing about ${matter} that rules found; they read English.`;
  const pair = pairLines(parts);
  const words = ownWords(parts, pair).map(
    ({ saidAt, text, marker }) => `- ${dateText(saidAt, parts.seenFrom)}: “${text}” [${marker}]`,
  );
  return {
    sections: [
      written('BRIEF', {
        heading: 'In brief',
        form: 'PARAGRAPH',
        empty: 'Nothing in this period that could be summed up.',
      }),
      written('GOALS', {
        heading: 'Goals and commitments',
        empty: nothingAbout('goals or commitments'),
      }),
      written('CHANGED', {
        heading: 'What changed',
        own: pair,
        form: 'PARAGRAPH',
        empty: pair.length > 0 ? null : 'Nothing in this period that could be set side by side.',
      }),
      written('OBSTACLES', {
        heading: 'What got in the way, what helped',
        own: ['In the way:'],
        empty: nothingAbout('obstacles'),
      }),
      written('HELP', { own: ['Helped, or went ahead:'], empty: nothingAbout('what helped') }),
      {
        written: null,
        heading: 'In your own words',
        own: words.length > 0 ? words : ['Nothing in this period to quote.'],
        form: 'LIST',
        byRules: [],
        empty: null,
      },
      written('QUESTIONS', { heading: 'Questions to take on' }),
    ],
    given: {
      sources: new Map(sourcesOf(evidence).filter(([marker]) => sent.has(marker))),
      figures: [
        { unit: 'message', count: facts.messages },
        { unit: 'session', count: facts.sessions },
        { unit: 'day', count: facts.days },
        { unit: 'day', count: facts.daysWithMessages },
      ],
      days: [facts.firstDay, facts.lastDay, facts.firstMessageDay, facts.lastMessageDay].flatMap((day) => day ?? []),
    },
    sources: (cited) => sourcesSection(evidence, cited, isOfAllSessions),
  };
}

const sourcesOf = ({ messages, documents }: Evidence): [number, CheckedSource][] => [
  ...messages.map(({ marker, hit }): [number, CheckedSource] => [marker, { ...hit, filename: null }]),
  ...documents.map(({ marker, hit }): [number, CheckedSource] => [
    marker,
    { text: hit.text, saidAt: null, filename: shownText(documentName(hit.filename)) },
  ]),
];

/** The earlier and the later, each on the matter that it shares with the other. */
function pairLines({ pair, passages, seenFrom }: ReportParts): string[] {
  const both = (pair ?? []).flatMap((marker) => passages.find((passage) => passage.marker === marker) ?? []);
  const lines = both.flatMap(({ saidAt, text, marker }, at) => {
    const quote = cut(text, contentStems(both[1 - at]?.text ?? ''));
    return quote !== null && saidAt && text.includes(quote)
      ? [`- On ${dateText(saidAt, seenFrom)} you wrote: “${quote}” [${marker}].`]
      : [];
  });
  return lines.length === 2 ? lines : [];
}

function sourcesSection(
  { messages, documents }: Evidence,
  cited: ReadonlySet<number>,
  isOfAllSessions: boolean,
): string {
  const lines = [
    ...messages
      .filter(({ marker }) => cited.has(marker))
      .map(({ marker, hit }) => {
        const title = isOfAllSessions ? `, in “${titleText(hit.sessionTitle)}”` : '';
        return `- [${marker}] Your message of ${dayText(hit.saidAt)}${title}`;
      }),
    ...documents
      .filter(({ marker }) => cited.has(marker))
      .map(({ marker, hit }) => `- [${marker}] Your document ${shownText(documentName(hit.filename))}`),
  ];
  return lines.length === 0 ? '' : `\n\n## Sources\n\n${lines.join('\n')}`;
}

const titleText = (title: string) => {
  const text = shownText(title);
  return text.length <= TITLE_UNITS
    ? text
    : `${text
        .slice(0, TITLE_UNITS)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
};
