import { digestOf, type SeenMessage } from '../history.ts';
import type { Evidence, Operation } from './evidence.ts';

type Acknowledged = Operation<'send'> & { answer: NonNullable<Operation<'send'>['answer']> };

const acknowledged = ({ sends }: Evidence): Acknowledged[] =>
  sends.filter((send): send is Acknowledged => send.answer !== null);

/** The attempts to send each message: those with one key, or one attempt where there is no key. */
const attemptsBySend = <T extends Operation<'send'>>(sends: T[]): T[][] => [
  ...Map.groupBy(sends, ({ viewer, op, call }) => (call.key === null ? `op ${op}` : `${viewer} ${call.key}`)).values(),
];

/** What is acknowledged is stored, as it was acknowledged, unless its session was removed. */
export function* loss(evidence: Evidence): Generator<string> {
  const removals = evidence.removals.filter(({ call, outcome }) => call.isPermanent && outcome !== 'failed');
  const removed = new Set(removals.map(({ call }) => call.sessionId));
  for (const { op, answer, call } of acknowledged(evidence)) {
    if (answer.message.digest !== call.content)
      yield `Loss: operation ${op} was acknowledged with another text than it sent.`;
    for (const { id, seq } of [answer.message, answer.reply]) {
      const found = evidence.stored.get(id);
      if (!found && removed.has(answer.sessionId)) continue;
      if (!found) yield `Loss: message ${id}, acknowledged by operation ${op}, is not stored.`;
      else if (found.sessionId !== answer.sessionId)
        yield `Loss: message ${id} of operation ${op} is in another session.`;
      else if (found.message.seq !== seq)
        yield `Order: message ${id} was acknowledged by operation ${op} as number ${seq} and is stored as ${found.message.seq}.`;
    }
    const text = evidence.stored.get(answer.message.id)?.message.text;
    if (text !== undefined && digestOf(text) !== call.content)
      yield `Loss: message ${answer.message.id} is stored with another text than operation ${op} sent.`;
  }
}

/** What is sent is stored at most once; nothing is stored that was not sent, or that was refused. */
export function* duplication(evidence: Evidence): Generator<string> {
  for (const attempts of attemptsBySend(acknowledged(evidence))) {
    const told = new Set(
      attempts.map(
        ({ answer: { sessionId, message, reply } }) => `${sessionId} ${message.id} ${reply.id} ${message.seq}`,
      ),
    );
    if (told.size > 1)
      yield `Duplication: key ${attempts[0]?.call.key} was acknowledged as ${told.size} messages: ${[...told].join(', ')}.`;
  }
  const keysById = Map.groupBy(acknowledged(evidence), ({ answer }) => answer.message.id);
  for (const [id, sends] of keysById)
    if (attemptsBySend(sends).length > 1) yield `Duplication: message ${id} was acknowledged for two that were sent.`;

  const all = evidence.final.sessions.flatMap(({ messages }) => messages);
  for (const [id, { length }] of Map.groupBy(all, ({ id }) => id))
    if (length > 1) yield `Duplication: message ${id} is stored ${length} times.`;

  const users = Map.groupBy(
    all.filter(({ role }) => role === 'USER'),
    ({ text }) => digestOf(text),
  );
  const sent = Map.groupBy(attemptsBySend(evidence.sends), ([first]) => first?.call.content);
  for (const [digest, stored] of users) {
    const messages = sent.get(digest) ?? [];
    const possible = messages.filter((attempts) => attempts.some(({ outcome }) => outcome !== 'failed'));
    const ids = stored.map(({ id }) => id).join(', ');
    if (messages.length === 0) yield `Duplication: message ${ids} is stored and was never sent.`;
    else if (possible.length === 0) yield `Duplication: message ${ids} is stored and was refused.`;
    else if (stored.length > possible.length)
      yield `Duplication: messages ${ids} hold one text, which was sent ${possible.length === 1 ? 'once' : `${possible.length} times`}.`;
  }
}

/** Places are given from 1 on, without gaps, in the order in which messages were acknowledged; a reply follows its message. */
export function* order(evidence: Evidence): Generator<string> {
  for (const { id, messageCount, messages } of evidence.final.sessions) {
    const places = messages.map(({ seq }) => seq);
    if (places.some((seq, at) => seq !== at + 1)) yield `Order: session ${id} has the places ${places.join(', ')}.`;
    if (messageCount !== messages.length)
      yield `Order: session ${id} counts ${messageCount} messages and has ${messages.length}.`;
  }
  const bySession = Map.groupBy(acknowledged(evidence), ({ answer }) => answer.sessionId);
  for (const [sessionId, sends] of bySession) {
    for (const { op, answer } of sends)
      if (answer.reply.seq !== answer.message.seq + 1)
        yield `Order: the reply of operation ${op} is number ${answer.reply.seq}, its message ${answer.message.seq}.`;
    const turns = attemptsBySend(sends).map((attempts) => turnOf(evidence, attempts));
    for (const before of turns)
      for (const after of turns)
        if (before.toldAt < after.sentAt && before.message.seq >= after.message.seq)
          yield `Order: in session ${sessionId}, message ${after.message.id} was sent after ${before.message.id} was acknowledged, and has number ${after.message.seq} against ${before.message.seq}.`;
  }
}

interface TurnTimes {
  message: SeenMessage;
  /** When it was first sent, though that attempt may have been lost. */
  sentAt: number;
  toldAt: number;
}

function turnOf({ sends }: Evidence, attempts: Acknowledged[]): TurnTimes {
  const [first] = attempts;
  if (!first) throw new Error('A message without attempts.');
  const { call, viewer } = first;
  const all =
    call.key === null ? attempts : sends.filter((send) => send.viewer === viewer && send.call.key === call.key);
  return {
    message: first.answer.message,
    sentAt: Math.min(...all.map(({ startedAt }) => startedAt)),
    toldAt: Math.min(...attempts.map(({ endedAt }) => endedAt)),
  };
}
