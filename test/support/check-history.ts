/**
 * Reads a history (history.ts says what it is) and says what in it must not be:
 *
 *   node test/support/check-history.ts FILE …
 *
 * It prints what each history holds, then a sentence for each violation; it exits with 1 when there is any, or when a file is
 * no whole history.
 */
import { type Evidence, gather, type Operation } from './history/evidence.ts';
import { memory } from './history/memory-rules.ts';
import { duplication, loss, order } from './history/message-rules.ts';
import { deletion, ownership, reading } from './history/read-rules.ts';
import { endings, fidelity, running, streaming } from './history/reply-rules.ts';
import { type FinalState, type HistoryRecord, readHistory, type StoredMessage } from './history.ts';

const rules: ((evidence: Evidence) => Iterable<string>)[] = [
  ...[loss, duplication, order],
  ...[reading, deletion, ownership],
  ...[endings, running, streaming, fidelity],
  memory,
];

/** A sentence for each violation; it begins with the rule's name. */
export function checkHistory(records: HistoryRecord[], finalState: FinalState): string[] {
  const evidence = gather(records, finalState);
  return [...evidence.flaws, ...rules.flatMap((rule) => [...rule(evidence)])];
}

export function finalStateOf(records: HistoryRecord[]): FinalState | null {
  const last = records.at(-1);
  return last?.event === 'final' ? last.state : null;
}

/** What there was to check, in a line. */
export function summaryOf(records: HistoryRecord[], finalState: FinalState): string {
  const { operations, sends, follows, reads } = gather(records, finalState);
  const count = (outcome: string) => operations.filter((operation) => operation.outcome === outcome).length;
  const acknowledged = new Set(sends.flatMap(({ answer }) => answer?.message.id ?? []));
  const resumed = follows.filter(({ call }) => call.fromOffset > 0).length;
  const replies = finalState.sessions.flatMap(({ messages }) => messages.filter(({ role }) => role === 'ASSISTANT'));
  const ends = [...Map.groupBy(replies, ({ status }) => status)].map(([status, { length }]) => `${length} ${status}`);
  return [
    `${operations.length} operations (${count('ok')} ok, ${count('failed')} failed, ${count('unknown')} unknown)`,
    `${acknowledged.size} messages acknowledged`,
    `${replies.length} replies (${ends.sort().join(', ')})`,
    `${follows.length} connections of readers, ${resumed} of them resumed`,
    ...lostToReaders(follows, replies),
    `${reads.length} pages read`,
  ].join('; ');
}

/** What readers had of replies whose process was killed before it stored it: the one text that may be lost. */
function lostToReaders(follows: Operation<'follow'>[], replies: StoredMessage[]): string[] {
  const lengths = new Map(replies.map(({ id, text }) => [id, text.length]));
  const more = [...Map.groupBy(follows, ({ call }) => call.reader).values()].map((connections) => {
    const ends = connections.flatMap(({ call, events }) => [
      call.fromOffset,
      ...events.map((event) => (event.event === 'delta' ? event.offset + event.text.length : 0)),
    ]);
    return Math.max(...ends) - (lengths.get(connections[0]?.call.replyId ?? '') ?? Number.POSITIVE_INFINITY);
  });
  const lost = more.filter((length) => length > 0);
  return lost.length === 0
    ? []
    : [`${lost.length} readers had read more than was stored, ${Math.max(...lost)} letters at most`];
}

function checkFile(file: string): boolean {
  const records = readHistory(file);
  const state = finalStateOf(records);
  if (!state) {
    console.log(`${file}: no final state; the run broke off after ${records.length} lines.`);
    return false;
  }
  const violations = checkHistory(records, state);
  console.log(`${file}: ${summaryOf(records, state)}; ${violations.length} violations.`);
  for (const violation of violations) console.log(`  ${violation}`);
  return violations.length === 0;
}

if (import.meta.main) {
  const files = process.argv.slice(2);
  if (files.length === 0) console.log('Which file? node test/support/check-history.ts FILE …');
  const results = files.map(checkFile);
  process.exitCode = files.length > 0 && results.every(Boolean) ? 0 : 1;
}
