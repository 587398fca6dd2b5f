import type { ReportFacts } from '../evidence/period.ts';
import { shownText } from './shown-text.ts';
import { counted, factSentences, periodText, uncoveredParts } from './wording-of-facts.ts';

export interface HeaderParts {
  facts: ReportFacts;
  /** A model by its id; nobody where there is nothing to write. */
  writer: { model: string } | 'RULES' | 'NOBODY';
  focus: string | null;
  /** How many messages are set aside because they speak of harm. */
  withheld: number;
  /** Of all passages, those that were not read: there was no room, or the model failed. */
  unread?: { count: number; total: number };
  /** Whether some of what is read is not in English. */
  isForeign?: boolean;
}

/** What stands first: the period, who wrote it, and what it leaves out. */
export function headerOf({ facts, writer, focus, withheld, unread, isForeign = false }: HeaderParts): string {
  const period = periodText(facts);
  const uncovered = [
    ...uncoveredParts(facts),
    ...(unread && unread.count > 0
      ? [`${unread.count.toLocaleString('en-US')} of ${counted(unread.total, 'passage')}, which were not read`]
      : []),
  ];
  const paragraphs = [
    `# Report${period === null ? '' : `: ${period}`}`,
    [
      ...factSentences(facts),
      ...(facts.daysWithMessages > 0 && facts.daysWithMessages < facts.days
        ? ['A day without a message says nothing about that day.']
        : []),
    ].join(' '),
    focus === null ? '' : `You asked it to look at “${shownText(focus)}”.`,
    `${authorOf(writer)}${writer === 'RULES' && isForeign ? ` ${ENGLISH_ONLY}` : ''}`,
    uncovered.length > 0 ? `Not covered: ${uncovered.join('; ')}.` : '',
    withheld > 0 ? withheldText(withheld) : '',
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

const ENGLISH_ONLY = 'They read English: what you wrote in another language is quoted, but not told apart.';

function authorOf(writer: HeaderParts['writer']): string {
  if (writer === 'NOBODY') return '';
  return writer === 'RULES'
    ? 'Rules and not a model wrote this report: the built-in responder chose, dated and quoted your own words.'
    : `An AI, ${writer.model}, wrote parts of this report. Its sentences were kept only where their sources, quotations and numbers hold; it can still misread what you meant.`;
}

/** Said, so that its silence is not taken for all being well. */
const withheldText = (messages: number) =>
  `Set aside: ${counted(messages, 'message')} that ${messages === 1 ? 'seems' : 'seem'} to speak of harm or danger. A report is no place for that, and people are: someone you trust or, if it is urgent, your local emergency services.`;

/** Where there is nothing to report on. */
export function nothingToReport(facts: ReportFacts): string {
  const { MEMORY_OFF, FORGOTTEN, DELETED, NOT_INDEXED } = facts.uncovered;
  const uncovered = MEMORY_OFF.messages + FORGOTTEN.messages + DELETED.messages + NOT_INDEXED.messages;
  if (facts.messages > 0) return 'There is nothing here to report on: no statement in these messages can be quoted.';
  return uncovered > 0
    ? `There is nothing here to report on: none of the ${counted(uncovered, 'message')} of this period can be looked at.`
    : 'There is nothing here to report on: you wrote no message in this period.';
}
