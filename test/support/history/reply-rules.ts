import { digestOf } from '../history.ts';
import { type Evidence, isTerminal, type Operation, type Sighting } from './evidence.ts';

/** Each reply ends, once, and everybody is told the same end; who was told of it is never told that it runs. */
export function* endings({ stored, sightings, reads, sends }: Evidence): Generator<string> {
  for (const { message } of stored.values())
    if (message.role === 'ASSISTANT' && !isTerminal(message.status))
      yield `Ending: reply ${message.id} is ${message.status} when all has come to rest.`;

  for (const [replyId, seen] of Map.groupBy(sightings, ({ replyId }) => replyId)) {
    const ends = seen.filter(({ status }) => isTerminal(status));
    const known = stored.get(replyId)?.message.status;
    const all = new Set([...ends.map(({ status }) => status), ...(known && isTerminal(known) ? [known] : [])]);
    if (all.size > 1) yield `Ending: reply ${replyId} ended as ${[...all].join(' and as ')}.`;
    const [first] = ends.toSorted((one, other) => one.to - other.to);
    if (!first) continue;
    for (const { status, from, by } of seen)
      if (!isTerminal(status) && from > first.to)
        yield `Ending: reply ${replyId} is ${status} for ${by}, after ${first.by} saw its end.`;
  }
  for (const { op, answer } of [...reads, ...sends]) {
    const seen = answer?.name === 'send' ? [answer.reply] : (answer?.messages ?? []);
    for (const { id, role, status, digest, length } of seen) {
      const text = stored.get(id)?.message.text;
      if (role !== 'ASSISTANT' || text === undefined) continue;
      // While it is written, memory may be ahead of what is stored.
      if (isTerminal(status) && digestOf(text) !== digest)
        yield `Ending: operation ${op} saw reply ${id} ended with another text than is stored.`;
      else if (!isTerminal(status) && length <= text.length && digestOf(text.slice(0, length)) !== digest)
        yield `Ending: operation ${op} saw reply ${id} running with a text that the stored one does not begin with.`;
    }
  }
}

/** In a session one reply runs at a time: once the next turn is accepted, the ones before are over. */
export function* running({ sends, sightings }: Evidence): Generator<string> {
  const byReply = Map.groupBy(sightings, ({ replyId }) => replyId);
  const turns = sends.flatMap(({ answer, endedAt, op }) => (answer ? [{ ...answer, endedAt, op }] : []));
  for (const turn of turns)
    for (const later of turns) {
      if (later.sessionId !== turn.sessionId || later.reply.seq <= turn.reply.seq) continue;
      const isRunning = ({ status, from }: Sighting) => !isTerminal(status) && from > later.endedAt;
      const seen = byReply.get(turn.reply.id)?.find(isRunning);
      if (seen)
        yield `Running: reply ${turn.reply.id} runs for ${seen.by} after operation ${later.op} had begun ${later.reply.id} in its session.`;
    }
}

/** What readers put together is the reply. */
export function* streaming(evidence: Evidence): Generator<string> {
  for (const [reader, connections] of Map.groupBy(evidence.follows, ({ call }) => call.reader))
    yield* readBy(evidence, reader, connections);
}

function* readBy({ stored }: Evidence, reader: string, connections: Operation<'follow'>[]): Generator<string> {
  const [first] = connections;
  if (!first) return;
  const { replyId, fromOffset } = first.call;
  const reply = stored.get(replyId)?.message;
  let held = '';
  let end: { status: string; text: string } | null = null;
  for (const { op, call, events, outcome } of connections.toSorted((one, other) => one.startedAt - other.startedAt)) {
    if (call.replyId !== replyId) yield `Record: reader ${reader} follows two replies.`;
    if (call.fromOffset !== fromOffset + held.length)
      yield `Record: reader ${reader} holds ${fromOffset + held.length} and asks from ${call.fromOffset} in operation ${op}.`;
    if (end && events.length > 0) yield `Stream: reader ${reader} was told the end and reads on in operation ${op}.`;
    let ended = false;
    for (const event of events) {
      if (ended) yield `Stream: operation ${op} goes on with a ${event.event} after its terminal event.`;
      if (event.event === 'terminal') {
        if (!isTerminal(event.status)) yield `Stream: operation ${op} ends with ${event.status}, which is no end.`;
        ended = true;
        end = event;
        continue;
      }
      if (event.offset !== fromOffset + held.length)
        yield `Stream: operation ${op} has a delta at ${event.offset}, where the text is ${fromOffset + held.length} long.`;
      held += event.text;
    }
    if (outcome === 'ok' && !ended) yield `Stream: operation ${op} came to its end without a terminal event.`;
  }
  if (!reply) return;
  const text = reply.text.slice(fromOffset);
  if (end && end.text !== reply.text)
    yield `Stream: reader ${reader} was told an end with another text than is stored.`;
  if (text.startsWith(held) && (!end || held === text || wasCutOff(reply))) return;
  // What a process that was killed had not stored yet is lost to all; but for that, it is the same text.
  if (wasCutOff(reply) && held.startsWith(text)) return;
  yield `Stream: reader ${reader} put together ${JSON.stringify(excerpt(held, text))} of reply ${replyId}, which is ${JSON.stringify(excerpt(text, held))}.`;
}

const wasCutOff = ({ status, errorCode }: { status: string; errorCode: string | null }): boolean =>
  status === 'FAILED' && errorCode === 'INTERRUPTED';

/** From a little before the place where they part. */
function excerpt(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  return `${at > 20 ? '…' : ''}${text.slice(Math.max(0, at - 20), at + 20)}`;
}

/** A reply is what the model said: all of it when it is complete, else its beginning. */
export function* fidelity({ sends, follows, stored }: Evidence): Generator<string> {
  const saidById = new Map<string, string>();
  for (const { answer, call } of sends) if (answer && call.answer !== null) saidById.set(answer.reply.id, call.answer);
  for (const [id, said] of saidById) {
    const reply = stored.get(id)?.message;
    if (!reply) continue;
    const isWhole = reply.text === said;
    if (reply.status === 'COMPLETE' ? !isWhole : !said.startsWith(reply.text))
      yield `Text: reply ${id} (${reply.status}) is not what the model said: ${JSON.stringify(excerpt(reply.text, said))} against ${JSON.stringify(excerpt(said, reply.text))}.`;
  }
  for (const { op, call, events } of follows) {
    const said = saidById.get(call.replyId);
    if (said === undefined) continue;
    for (const event of events)
      if (event.event === 'delta' && !said.startsWith(event.text, event.offset))
        yield `Text: operation ${op} reads ${JSON.stringify(event.text)} at ${event.offset}, which the model did not say there.`;
  }
}
