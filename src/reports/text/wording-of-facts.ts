import type { Count, ReportFacts } from '../evidence/period.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

export const dayText = (date: Date): string => day.format(date);

/** “2 March to 12 April 2026”, with each year where they differ; null where there is no period. */
export function periodText({ firstDay, lastDay }: Pick<ReportFacts, 'firstDay' | 'lastDay'>): string | null {
  if (!firstDay || !lastDay) return null;
  if (firstDay.getTime() === lastDay.getTime()) return dayText(firstDay);
  const isOneYear = firstDay.getUTCFullYear() === lastDay.getUTCFullYear();
  return `${(isOneYear ? dayOfYear : day).format(firstDay)} to ${dayText(lastDay)}`;
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** What there is to count, each a sentence. */
export function factSentences(facts: ReportFacts): string[] {
  const { messages, sessions, days, daysWithMessages, firstMessageDay, lastMessageDay } = facts;
  if (!firstMessageDay || !lastMessageDay) return [];
  const wrote = `You wrote ${counted(messages, 'message')} in ${counted(sessions, 'session')}, on ${daysWithMessages} of ${counted(days, 'day')}`;
  if (firstMessageDay.getTime() === lastMessageDay.getTime()) {
    return [
      days === 1
        ? `You wrote ${counted(messages, 'message')} in ${counted(sessions, 'session')}.`
        : `${wrote}: on ${dayText(firstMessageDay)}.`,
    ];
  }
  return [`${wrote}: the first on ${dayText(firstMessageDay)}, the last on ${dayText(lastMessageDay)}.`];
}

/** What is not looked at, each as a part of one sentence; nothing where all is. */
export function uncoveredParts({ uncovered }: Pick<ReportFacts, 'uncovered'>): string[] {
  const inSessions = ({ messages, sessions }: Count) =>
    `${counted(messages, 'message')} in ${counted(sessions, 'session')}`;
  const { MEMORY_OFF, FORGOTTEN, DELETED, NOT_INDEXED } = uncovered;
  return [
    ...(MEMORY_OFF.messages > 0 ? [`${inSessions(MEMORY_OFF)} with long-term memory off`] : []),
    ...(FORGOTTEN.messages > 0 ? [`${counted(FORGOTTEN.messages, 'message')} that you took out of memory`] : []),
    ...(DELETED.messages > 0 ? [`${inSessions(DELETED)} that you deleted`] : []),
    ...(NOT_INDEXED.messages > 0 ? [`${counted(NOT_INDEXED.messages, 'message')} still to be taken into memory`] : []),
  ];
}
