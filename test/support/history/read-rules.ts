import { digestOf, type SeenMessage } from '../history.ts';
import type { AnyOperation, Evidence } from './evidence.ts';

/** Somebody was told of a message at `at`; what they read from then on has it. */
interface Known {
  message: SeenMessage;
  at: number;
  by: string;
}

/** A page has every place from where it begins, and what anybody was told of before it was asked for. */
export function* reading(evidence: Evidence): Generator<string> {
  const known = knownBySession(evidence);
  const removals = Map.groupBy(evidence.removals, ({ call }) => call.sessionId);
  for (const { op, call, answer, startedAt } of evidence.reads) {
    const page = answer?.messages;
    // Where it may have been removed, nothing need be there.
    const isPermanent =
      removals.get(call.sessionId)?.some((removal) => removal.call.isPermanent && removal.outcome !== 'failed') ??
      false;
    if (!answer) continue;
    if (!page) {
      if (!isPermanent && known.get(call.sessionId)?.some(({ at }) => at < startedAt))
        yield `Read: operation ${op} finds no session ${call.sessionId}.`;
      continue;
    }
    if (page.some(({ seq }, at) => seq !== call.afterSeq + at + 1))
      yield `Read: operation ${op} has the places ${page.map(({ seq }) => seq).join(', ')} after ${call.afterSeq}.`;
    const end = answer.hasMore ? (page.at(-1)?.seq ?? call.afterSeq) : Number.POSITIVE_INFINITY;
    for (const { message, at, by } of known.get(call.sessionId) ?? []) {
      if (at >= startedAt || message.seq <= call.afterSeq || message.seq > end) continue;
      const found = page.find(({ id }) => id === message.id);
      if (!found) yield `Read: operation ${op} does not have message ${message.id}, which ${by} told of before.`;
      else if (found.seq !== message.seq || (message.role === 'USER' && found.digest !== message.digest))
        yield `Read: operation ${op} has message ${message.id} with another place or text than ${by}.`;
    }
    for (const message of page) yield* comparedWithStored(evidence, op, message);
  }
}

function* comparedWithStored({ stored }: Evidence, op: number, message: SeenMessage): Generator<string> {
  const found = stored.get(message.id)?.message;
  if (!found) return;
  if (found.seq !== message.seq)
    yield `Read: operation ${op} has message ${message.id} at another place than it is stored.`;
  if (message.role === 'USER' && digestOf(found.text) !== message.digest)
    yield `Read: operation ${op} has message ${message.id} with another text than is stored.`;
}

/** When each message was first told of. */
function knownBySession({ sends, reads }: Evidence): Map<string, Known[]> {
  const sessions = new Map<string, Map<string, Known>>();
  const add = (sessionId: string, { op, endedAt }: AnyOperation, messages: SeenMessage[]) => {
    const known = sessions.get(sessionId) ?? new Map<string, Known>();
    sessions.set(sessionId, known);
    for (const message of messages)
      if (endedAt < (known.get(message.id)?.at ?? Number.POSITIVE_INFINITY))
        known.set(message.id, { message, at: endedAt, by: `operation ${op}` });
  };
  for (const send of sends) if (send.answer) add(send.answer.sessionId, send, [send.answer.message, send.answer.reply]);
  for (const read of reads) if (read.answer?.messages) add(read.call.sessionId, read, read.answer.messages);
  return new Map([...sessions].map(([id, known]) => [id, [...known.values()]]));
}

/** What was removed or forgotten is not seen by what was asked for afterwards, and is not stored. */
export function* deletion(evidence: Evidence): Generator<string> {
  const { final, reads, removals, forgettings, searches, stored } = evidence;
  for (const { op, call, endedAt, outcome } of removals.filter(({ outcome }) => outcome === 'ok')) {
    const { sessionId, isPermanent } = call;
    const remains = final.sessions.find(({ id }) => id === sessionId);
    if (remains && (isPermanent || remains.isActive))
      yield `Deletion: session ${sessionId}, which operation ${op} removed, is still there.`;
    if (!isPermanent) continue;
    for (const read of reads)
      if (read.call.sessionId === sessionId && read.startedAt > endedAt && read.answer?.messages)
        yield `Deletion: operation ${read.op} reads session ${sessionId}, which operation ${op} removed (${outcome}).`;
  }
  const gone = new Map<string, AnyOperation>();
  const sessionOf = sessionByMessage(evidence);
  const isGoneAt = (messageId: string, at: number): AnyOperation | undefined => {
    const forgotten = gone.get(messageId);
    if (forgotten && forgotten.endedAt < at) return forgotten;
    return removals.find(
      ({ outcome, call, endedAt }) => outcome === 'ok' && call.sessionId === sessionOf.get(messageId) && endedAt < at,
    );
  };
  for (const forgetting of forgettings) {
    if (forgetting.outcome !== 'ok') continue;
    gone.set(forgetting.call.messageId, forgetting);
    const message = stored.get(forgetting.call.messageId)?.message;
    if (message && message.chunks.length > 0)
      yield `Deletion: message ${message.id}, which operation ${forgetting.op} forgot, is in memory.`;
  }
  for (const { op, answer, startedAt } of searches) {
    for (const id of answer?.messageIds ?? []) {
      const by = isGoneAt(id, startedAt);
      if (by) yield `Deletion: operation ${op} finds message ${id}, which operation ${by.op} took away.`;
    }
  }
}

/** Nobody sees what is another's. */
export function* ownership(evidence: Evidence): Generator<string> {
  const owners = new Map(evidence.final.sessions.map(({ id, viewer }) => [id, viewer]));
  for (const { answer, viewer } of evidence.sends) if (answer) owners.set(answer.sessionId, viewer);
  const sessionOf = sessionByMessage(evidence);
  for (const { op, viewer, call, answer } of evidence.reads)
    if (answer?.messages && (owners.get(call.sessionId) ?? viewer) !== viewer)
      yield `Ownership: operation ${op} of ${viewer} reads session ${call.sessionId} of ${owners.get(call.sessionId)}.`;
  for (const { op, viewer, answer } of evidence.searches)
    for (const id of answer?.messageIds ?? []) {
      const owner = owners.get(sessionOf.get(id) ?? '') ?? viewer;
      if (owner !== viewer) yield `Ownership: operation ${op} of ${viewer} finds message ${id} of ${owner}.`;
    }
  for (const { id, viewer } of evidence.final.sessions)
    if (owners.get(id) !== viewer)
      yield `Ownership: session ${id} is stored as ${viewer}'s and was ${owners.get(id)}'s.`;
}

function sessionByMessage({ sends, reads, stored }: Evidence): Map<string, string> {
  const sessions = new Map([...stored].map(([id, { sessionId }]) => [id, sessionId]));
  for (const { answer } of sends)
    if (answer) for (const { id } of [answer.message, answer.reply]) sessions.set(id, answer.sessionId);
  for (const { answer, call } of reads) for (const { id } of answer?.messages ?? []) sessions.set(id, call.sessionId);
  return sessions;
}
