import { type ReportParts, sectionLabels, type WrittenSection, writtenSections } from '../report-parts.ts';
import { documentQuotes, documentSentence } from './document-quote.ts';
import { hasTag } from './readable.ts';
import { dateText } from './sentences.ts';
import { isGivenUp, type Statement, setbacksAmong, spread, statementsOf, weightOfKind } from './statements.ts';
import { sharedWord, type Topic, topicsOf } from './topics.ts';

const MOST_GOALS = 8;
const MOST_TURNS = 4;

/** A report as a model would write it, by rules alone: dated quotations under the labels, and questions. */
export function writeReport(parts: ReportParts): string {
  return writtenSections
    .map((section) => [sectionLabels[section], ...ruleSentences(section, parts)].join('\n'))
    .join('\n');
}

/** What rules can say in a section. Each sentence rests on the passages that it cites. */
export function ruleSentences(section: WrittenSection, parts: ReportParts): string[] {
  const statements = parts.passages.flatMap(statementsOf);
  const said = (lead: string) => (each: Statement) =>
    `On ${dateText(each.saidAt, parts.seenFrom)} you ${lead} “${each.text}” [${each.marker}].`;
  switch (section) {
    case 'BRIEF':
      return briefly(parts, statements);
    case 'GOALS':
      return spread(statements.filter(isAim), MOST_GOALS).map((each) => said(leadOfAim(each))(each));
    case 'CHANGED':
      return linkingSentence(parts);
    case 'OBSTACLES':
      return spread(setbacksAmong(statements), MOST_TURNS).map(said('wrote:'));
    case 'HELP':
      return helpAmong(statements).map((each) => said(each.isHelp ? 'wrote of what helped:' : 'reported:')(each));
    case 'QUESTIONS':
      return questionsOn(statements);
  }
}

/** What was come back to; where nothing was, the weightiest words. */
function briefly(parts: ReportParts, statements: readonly Statement[]): string[] {
  const topics = topicsOf(parts.passages).slice(0, 2).map(topicSentence(parts));
  const [weightiest] = statements.toSorted((a, b) => weightOfKind[b.kind] - weightOfKind[a.kind]);
  const words =
    weightiest &&
    `You wrote “${weightiest.text}” on ${dateText(weightiest.saidAt, parts.seenFrom)} [${weightiest.marker}].`;
  return [...(topics.length > 0 || !words ? topics : [words]), ...fromDocuments(parts, statements)];
}

const isAim = ({ kind }: Statement) => kind === 'GOAL' || kind === 'COMMITMENT' || kind === 'PLAN_CHANGE';

const leadOfAim = ({ kind }: Statement) =>
  kind === 'GOAL' ? 'named a goal:' : kind === 'COMMITMENT' ? 'said what you would do:' : 'changed a plan:';

/** What is said to have helped; where that is little, what was done as well. */
function helpAmong(statements: readonly Statement[]): Statement[] {
  const helped = spread(
    statements.filter(({ isHelp }) => isHelp),
    MOST_TURNS,
  );
  const deeds = statements.filter(
    ({ kind, marker }) => kind === 'REPORT' && !helped.some((each) => each.marker === marker),
  );
  const both = [...helped, ...spread(deeds, MOST_TURNS - helped.length)];
  return both.toSorted((a, b) => a.saidAt.getTime() - b.saidAt.getTime() || a.marker - b.marker);
}

const topicSentence =
  ({ seenFrom }: ReportParts) =>
  ({ word, mentions, days }: Topic): string => {
    const markers = mentions.map(({ marker }) => marker).join(', ');
    const dates = datesText(
      mentions.map(({ saidAt }) => saidAt),
      seenFrom,
    );
    const others = days > mentions.length ? ', among other days' : '';
    return `You came back to “${word}” on ${dates}${others} [${markers}].`;
  };

/** The best of what the documents say on what the viewer wrote. */
function fromDocuments({ passages, seenFrom }: ReportParts, statements: readonly Statement[]): string[] {
  const documents = passages.flatMap(({ filename, text, marker }) =>
    filename === null ? [] : [{ marker, text, name: filename }],
  );
  const words = statements.map(({ text }) => text).join(' ');
  const parts = { question: '', askedAt: seenFrom, isFirstReply: false, recent: [], memory: [], documents };
  const quote = documentQuotes(words, parts).find(({ text }) => !hasTag(text));
  return quote ? [documentSentence(quote)] : [];
}

function linkingSentence({ pair, passages }: ReportParts): string[] {
  const [earlier, later] = (pair ?? []).map((marker) => passages.find((passage) => passage.marker === marker));
  const word = earlier && later && sharedWord(earlier.text, later.text);
  return word ? [`Both times you wrote about “${word}” [${earlier.marker}, ${later.marker}].`] : [];
}

function questionsOn(statements: readonly Statement[]): string[] {
  const last = (matches: (statement: Statement) => boolean) => statements.findLast(matches);
  const plan = last((each) => isPlan(each) && !isAnswered(each, statements) && !isGivenUp(each, statements));
  const goal = last((each) => each.kind === 'GOAL' && each.stems.size > 0 && !isGivenUp(each, statements));
  const setback = setbacksAmong(statements).at(-1);
  const questions = [
    plan && `What came of “${plan.text}” [${plan.marker}]?`,
    setback && `What would you keep, change or drop after “${setback.text}” [${setback.marker}]?`,
    goal && `How would you notice that you got there: “${goal.text}” [${goal.marker}]?`,
    statements.some(isAim) ? 'Which of these goals still holds?' : 'What would you like to look at in the time ahead?',
    'What would be the smallest next step, and when would you take it?',
  ];
  return questions.filter((question) => question !== undefined).slice(0, 3);
}

/** “9, 11 and 17 March, 3 April”: each month once. */
function datesText(days: readonly Date[], seenFrom: Date): string {
  const months = [...Map.groupBy(days, (day) => dateText(day, seenFrom).replace(/^\d+ /, ''))];
  const dates = months.map(([month, ofMonth]) => `${listed(ofMonth.map((day) => String(day.getUTCDate())))} ${month}`);
  return months.every(([, ofMonth]) => ofMonth.length === 1) ? listed(dates) : dates.join(', ');
}

const isPlan = ({ kind }: Statement) => kind === 'COMMITMENT' || kind === 'PLAN_CHANGE';

/** Whether something of it was told later. */
const isAnswered = (plan: Statement, statements: readonly Statement[]) =>
  statements.some(
    ({ saidAt, stems }) => saidAt > plan.saidAt && [...plan.stems].filter((stem) => stems.has(stem)).length >= 2,
  );

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
