import { contained } from '../prompt/contained.ts';
import type { ReportFacts } from './period.ts';
import { counted, factSentences, periodText, uncoveredParts } from './wording-of-facts.ts';

/** What stands first: the period, who wrote it, and what it leaves out. */
export function headerOf(facts: ReportFacts, by: { model: string | null; focus: string | null }): string {
  const uncovered = uncoveredParts(facts);
  const period = periodText(facts);
  const paragraphs = [
    `# Report${period === null ? '' : `: ${period}`}`,
    [
      ...factSentences(facts),
      ...(facts.daysWithMessages > 0 && facts.daysWithMessages < facts.days
        ? ['A day without a message says nothing about that day.']
        : []),
    ].join(' '),
    by.focus === null ? '' : `You asked it to look at “${contained(by.focus)}”.`,
    by.model === null
      ? 'Rules and not a model wrote this report: the built-in responder chose, dated and quoted your own words.'
      : `An AI, ${by.model}, wrote parts of this report. Its sentences were kept only where their sources, quotations and numbers hold; it can still misread what you meant.`,
    uncovered.length > 0 ? `Not covered: ${uncovered.join('; ')}.` : '',
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** Where there is nothing to report on. */
export const nothingToReport = (facts: ReportFacts): string => {
  const { MEMORY_OFF, FORGOTTEN, DELETED, NOT_INDEXED } = facts.uncovered;
  const uncovered = MEMORY_OFF.messages + FORGOTTEN.messages + DELETED.messages + NOT_INDEXED.messages;
  return uncovered > 0
    ? `There is nothing here to report on: none of the ${counted(uncovered, 'message')} of this period can be looked at.`
    : 'There is nothing here to report on: you wrote no message in this period.';
};
