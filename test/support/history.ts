/**
 * A history: what clients asked of the servers and what they were told. A file of JSON Lines to which is only added; a line is
 * written as it happens, so that a run that breaks off leaves what it saw.
 *
 *   {"event": "started", "at": 1, "ms": 0.4, "op": 1, "viewer": "v1", "client": "v1/a", "process": "p2", "call": {…}}
 *   {"event": "delta",    "at": 3, "ms": 2.0, "op": 1, "offset": 0, "text": "I hear"}       of a reader
 *   {"event": "terminal", "at": 4, "ms": 2.5, "op": 1, "status": "COMPLETE", "text": "…"}   of a reader: the stored text
 *   {"event": "ended",    "at": 5, "ms": 2.6, "op": 1, "outcome": "ok", "answer": {…}}
 *   {"event": "final", …}    the last line: what is stored when all has come to rest
 *
 * `at` counts the lines from 1, over all clients: what ended at 5 was over before what started at 6 began. `ms` is the time since
 * the beginning, to be read by people: no rule uses it. `op` joins the lines of one operation. What a client knows of the outcome:
 *
 *   ok       it was answered
 *   failed   it was refused: nothing was done
 *   unknown  the connection broke, or the server could not tell. An operation without an end is the same
 *
 * A text that may be long and often told is recorded as its digest and length; that of replies, which grow, as it is.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Status = z.enum(['PENDING', 'STREAMING', 'COMPLETE', 'CANCELLED', 'FAILED']);
export type Status = z.infer<typeof Status>;

const Call = z.discriminatedUnion('name', [
  /** `key`: of idempotency. `content` is the digest; `answer` what the model says to it, where that is known. */
  z.object({
    name: z.literal('send'),
    sessionId: z.string().nullable(),
    key: z.string().nullable(),
    content: z.string(),
    answer: z.string().nullable(),
  }),
  /** A page of a session's messages, from the one after `afterSeq` on. */
  z.object({ name: z.literal('read'), sessionId: z.string(), afterSeq: z.number() }),
  /** One connection of `reader`, who holds the text up to `fromOffset` and follows no other reply. */
  z.object({ name: z.literal('follow'), reader: z.string(), replyId: z.string(), fromOffset: z.number() }),
  z.object({ name: z.literal('cancel'), replyId: z.string() }),
  z.object({ name: z.literal('remove'), sessionId: z.string(), isPermanent: z.boolean() }),
  z.object({ name: z.literal('forget'), messageId: z.string() }),
  z.object({ name: z.literal('search') }),
]);
export type Call = z.infer<typeof Call>;

const SeenMessage = z.object({
  id: z.string(),
  seq: z.number(),
  role: z.enum(['USER', 'ASSISTANT']),
  status: Status,
  /** Of the text as it was. */
  digest: z.string(),
  /** In UTF-16 code units. */
  length: z.number(),
});
export type SeenMessage = z.infer<typeof SeenMessage>;

const Answer = z.discriminatedUnion('name', [
  z.object({ name: z.literal('send'), sessionId: z.string(), message: SeenMessage, reply: SeenMessage }),
  /** `messages` is null where there is no such session. */
  z.object({ name: z.literal('read'), messages: z.array(SeenMessage).nullable(), hasMore: z.boolean() }),
  z.object({ name: z.literal('follow') }),
  z.object({ name: z.literal('cancel'), reply: SeenMessage }),
  z.object({ name: z.literal('remove') }),
  z.object({ name: z.literal('forget') }),
  z.object({ name: z.literal('search'), messageIds: z.array(z.string()) }),
]);
export type Answer = z.infer<typeof Answer>;

const StoredMessage = z.object({
  id: z.string(),
  seq: z.number(),
  role: z.enum(['USER', 'ASSISTANT']),
  status: Status,
  errorCode: z.string().nullable(),
  text: z.string(),
  replyToId: z.string().nullable(),
  isSuperseded: z.boolean(),
  isForgotten: z.boolean(),
  chunks: z.array(z.object({ position: z.number(), text: z.string(), isEmbedded: z.boolean() })),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

const FinalState = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      viewer: z.string(),
      isActive: z.boolean(),
      messageCount: z.number(),
      messages: z.array(StoredMessage),
    }),
  ),
  /** Jobs that are left. */
  jobs: z.number(),
  /** Pieces of replies that no reply has taken up. */
  parts: z.number(),
});
export type FinalState = z.infer<typeof FinalState>;

const stamp = { at: z.number(), ms: z.number() };
const HistoryRecord = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    ...stamp,
    op: z.number(),
    viewer: z.string(),
    client: z.string(),
    process: z.string(),
    call: Call,
  }),
  z.object({ event: z.literal('delta'), ...stamp, op: z.number(), offset: z.number(), text: z.string() }),
  z.object({ event: z.literal('terminal'), ...stamp, op: z.number(), status: Status, text: z.string() }),
  z.discriminatedUnion('outcome', [
    z.object({ event: z.literal('ended'), ...stamp, op: z.number(), outcome: z.literal('ok'), answer: Answer }),
    /** `code`: of the error. `replyId`: the reply that REPLY_IN_PROGRESS named. */
    z.object({
      event: z.literal('ended'),
      ...stamp,
      op: z.number(),
      outcome: z.enum(['failed', 'unknown']),
      code: z.string(),
      replyId: z.string().nullable(),
    }),
  ]),
  z.object({ event: z.literal('final'), ...stamp, state: FinalState }),
]);
export type HistoryRecord = z.infer<typeof HistoryRecord>;

export type Caller = { viewer: string; client: string; process: string };

/** What a client that began an operation tells of it. */
export interface Recording {
  delta(offset: number, text: string): void;
  terminal(status: Status, text: string): void;
  ok(answer: Answer): void;
  failed(code: string, replyId?: string | null): void;
  unknown(why: string): void;
}

export interface History {
  records: HistoryRecord[];
  start(caller: Caller, call: Call): Recording;
  final(state: FinalState): void;
}

type Unstamped = HistoryRecord extends infer R ? (R extends unknown ? Omit<R, 'at' | 'ms'> : never) : never;

/** Begins one, in a file that is not there yet or in memory alone. */
export function createHistory(file: string | null): History {
  const began = performance.now();
  const records: HistoryRecord[] = [];
  let operations = 0;
  const add = (unstamped: Unstamped) => {
    const ms = Math.round(10 * (performance.now() - began)) / 10;
    const record = HistoryRecord.parse({ at: records.length + 1, ms, ...unstamped });
    records.push(record);
    if (file) appendFileSync(file, `${JSON.stringify(record)}\n`);
  };
  return {
    records,
    start(caller, call) {
      operations += 1;
      const op = operations;
      add({ event: 'started', op, ...caller, call });
      return {
        delta: (offset, text) => add({ event: 'delta', op, offset, text }),
        terminal: (status, text) => add({ event: 'terminal', op, status, text }),
        ok: (answer) => add({ event: 'ended', op, outcome: 'ok', answer }),
        failed: (code, replyId = null) => add({ event: 'ended', op, outcome: 'failed', code, replyId }),
        unknown: (code) => add({ event: 'ended', op, outcome: 'unknown', code, replyId: null }),
      };
    },
    final: (state) => add({ event: 'final', state }),
  };
}

export function readHistory(file: string): HistoryRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => HistoryRecord.parse(JSON.parse(line)));
}

/** Of a text, in short. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
