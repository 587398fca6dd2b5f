import type { Answer, Call, FinalState, HistoryRecord, SeenMessage, Status, StoredMessage } from '../history.ts';

type Started = Extract<HistoryRecord, { event: 'started' }>;
export type ReaderEvent = Extract<HistoryRecord, { event: 'delta' | 'terminal' }>;

/** One operation, its lines joined. */
export interface AnyOperation {
  op: number;
  viewer: string;
  client: string;
  process: string;
  startedAt: number;
  /** Infinity where its end is not recorded. */
  endedAt: number;
  outcome: 'ok' | 'failed' | 'unknown';
  call: Call;
  /** Null unless it was answered. */
  answer: Answer | null;
  code: string | null;
  /** The reply that stood in its way. */
  runningReplyId: string | null;
  events: ReaderEvent[];
}

export interface Operation<Name extends Call['name']> extends AnyOperation {
  call: Extract<Call, { name: Name }>;
  answer: Extract<Answer, { name: Name }> | null;
}

/** Somebody was told a reply's status as it was at some moment from `from` to `to`. */
export interface Sighting {
  replyId: string;
  status: Status | 'RUNNING';
  from: number;
  to: number;
  /** How, for a person. */
  by: string;
}

export interface Stored {
  message: StoredMessage;
  sessionId: string;
  viewer: string;
}

/** A history and the state it came to, looked at from where the rules look. */
export interface Evidence {
  operations: AnyOperation[];
  final: FinalState;
  sends: Operation<'send'>[];
  reads: Operation<'read'>[];
  follows: Operation<'follow'>[];
  searches: Operation<'search'>[];
  removals: Operation<'remove'>[];
  forgettings: Operation<'forget'>[];
  /** By id; of two with one id, the first. */
  stored: Map<string, Stored>;
  sightings: Sighting[];
  /** What is wrong with the record itself. */
  flaws: string[];
}

const TERMINAL: readonly string[] = ['COMPLETE', 'CANCELLED', 'FAILED'];
export const isTerminal = (status: string): boolean => TERMINAL.includes(status);

export function gather(records: HistoryRecord[], final: FinalState): Evidence {
  const { operations, flaws } = join(records);
  const stored = new Map<string, Stored>();
  for (const { id: sessionId, viewer, messages } of final.sessions)
    for (const message of messages) if (!stored.has(message.id)) stored.set(message.id, { message, sessionId, viewer });
  return {
    operations,
    final,
    stored,
    flaws,
    sends: ofName(operations, 'send'),
    reads: ofName(operations, 'read'),
    follows: ofName(operations, 'follow'),
    searches: ofName(operations, 'search'),
    removals: ofName(operations, 'remove'),
    forgettings: ofName(operations, 'forget'),
    sightings: operations.flatMap(sightingsOf),
  };
}

function join(records: HistoryRecord[]): { operations: AnyOperation[]; flaws: string[] } {
  const operations = new Map<number, AnyOperation>();
  const flaws: string[] = [];
  let last = 0;
  for (const record of records) {
    if (record.at <= last) flaws.push(`Record: line ${record.at} comes after line ${last}.`);
    last = record.at;
    if (record.event === 'final') continue;
    const known = operations.get(record.op);
    if (record.event === 'started') {
      if (known) flaws.push(`Record: operation ${record.op} begins twice.`);
      else operations.set(record.op, begun(record));
    } else if (!known || known.endedAt < record.at) {
      flaws.push(`Record: line ${record.at} is of operation ${record.op}, which is not under way.`);
    } else if (record.event === 'ended') end(known, record, flaws);
    else known.events.push(record);
  }
  return { operations: [...operations.values()], flaws };
}

function begun({ op, viewer, client, process, at, call }: Started): AnyOperation {
  const open = { endedAt: Number.POSITIVE_INFINITY, outcome: 'unknown', answer: null, code: null } as const;
  return { op, viewer, client, process, startedAt: at, call, ...open, runningReplyId: null, events: [] };
}

function end(operation: AnyOperation, record: Extract<HistoryRecord, { event: 'ended' }>, flaws: string[]): void {
  operation.endedAt = record.at;
  operation.outcome = record.outcome;
  if (record.outcome !== 'ok') {
    operation.code = record.code;
    operation.runningReplyId = record.replyId;
  } else if (record.answer.name === operation.call.name) operation.answer = record.answer;
  else
    flaws.push(
      `Record: operation ${record.op} is a ${operation.call.name} and is answered as a ${record.answer.name}.`,
    );
}

const ofName = <Name extends Call['name']>(operations: AnyOperation[], name: Name): Operation<Name>[] =>
  operations.filter((operation): operation is Operation<Name> => operation.call.name === name);

function sightingsOf(operation: AnyOperation): Sighting[] {
  const { answer, events, call, op } = operation;
  const during = { from: operation.startedAt, to: operation.endedAt, by: `operation ${op}` };
  const seen: SeenMessage[] = [];
  if (answer?.name === 'send' || answer?.name === 'cancel') seen.push(answer.reply);
  if (answer?.name === 'read') seen.push(...(answer.messages ?? []).filter(({ role }) => role === 'ASSISTANT'));
  const sightings: Sighting[] = seen.map(({ id, status }) => ({ replyId: id, status, ...during }));
  for (const event of events)
    if (event.event === 'terminal' && call.name === 'follow')
      sightings.push({ replyId: call.replyId, status: event.status, ...during, to: event.at });
  if (operation.runningReplyId) sightings.push({ replyId: operation.runningReplyId, status: 'RUNNING', ...during });
  return sightings;
}
