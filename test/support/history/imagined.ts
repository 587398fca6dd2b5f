import fc from 'fast-check';
import {
  type Answer,
  type Caller,
  createHistory,
  digestOf,
  type FinalState,
  type HistoryRecord,
  type Recording,
  type SeenMessage,
  type StoredMessage,
} from '../history.ts';
import { isTerminal } from './evidence.ts';

/** What may happen next in a world of correct servers; `pick` chooses among what it may happen to. */
interface Step {
  what:
    | 'send'
    | 'repeat'
    | 'finish'
    | 'write'
    | 'end'
    | 'attach'
    | 'stream'
    | 'cut'
    | 'read'
    | 'search'
    | 'remove'
    | 'forget';
  pick: number;
  /** Whether it is done when it is asked for, or when it is answered. */
  isEarly: boolean;
  isLost: boolean;
}

interface Session {
  id: string;
  viewer: string;
  state: 'ACTIVE' | 'DELETED' | 'GONE';
  messages: (StoredMessage & { said: string })[];
}

interface Refusal {
  refused: string;
  replyId?: string;
}

interface Pending {
  recording: Recording;
  apply(): Answer | Refusal;
  result: Answer | Refusal | null;
  /** Is told how it ended. */
  ended(result: Answer | Refusal | null): void;
}

interface Reader {
  id: string;
  viewer: string;
  replyId: string;
  held: string;
  open: Recording | null;
  isDone: boolean;
}

interface Sending {
  caller: Caller;
  sessionId: string | null;
  key: string;
  content: string;
  answer: string;
}

export interface Imagined {
  records: HistoryRecord[];
  final: FinalState;
}

/** Histories as correct servers make them, operations overlapping, connections breaking, processes dying. */
export const imaginedHistories: fc.Arbitrary<Imagined> = fc
  .array(
    fc.record<Step>({
      what: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom<Step['what']>('send', 'finish', 'write', 'stream') },
        { weight: 3, arbitrary: fc.constantFrom<Step['what']>('attach', 'cut', 'read', 'end', 'repeat') },
        { weight: 1, arbitrary: fc.constantFrom<Step['what']>('search', 'remove', 'forget') },
      ),
      pick: fc.nat(1000),
      isEarly: fc.boolean(),
      isLost: fc.nat(5).map((luck) => luck === 0),
    }),
    { minLength: 100, maxLength: 300, size: 'max' },
  )
  .map((steps) => new ImaginedWorld().play(steps))
  // Printed when a property fails.
  .map((imagined) => Object.assign(imagined, { [fc.toStringMethod]: () => `${imagined.records.length} records` }));

class ImaginedWorld {
  readonly #history = createHistory(null);
  readonly #sessions: Session[] = [];
  readonly #keys = new Map<string, { sessionId: string; messageId: string }>();
  readonly #pending: Pending[] = [];
  readonly #unknown: Sending[] = [];
  readonly #readers: Reader[] = [];
  #count = 0;

  play(steps: Step[]): Imagined {
    for (const step of steps) this.#take(step);
    for (const pending of [...this.#pending]) this.#finish(pending, false);
    for (const reply of this.#running()) this.#end(reply, 0);
    for (const { open } of this.#readers) open?.unknown('The run is over.');
    const final = this.#final();
    this.#history.final(final);
    return { records: this.#history.records, final };
  }

  #take({ what, pick, isEarly, isLost }: Step): void {
    const caller = { viewer: `v${pick % 3}`, client: `v${pick % 3}/${pick % 2}`, process: `p${pick % 3}` };
    const own = this.#sessions.filter(({ viewer }) => viewer === caller.viewer);
    const session = choose(own, pick);
    const all = this.#sessions.flatMap(({ messages }) => messages);
    if (what === 'send') {
      const count = this.#next();
      const sessionId = pick % 4 === 0 ? null : (session?.id ?? null);
      const answer = `Reply ${count} says what there is to say.`;
      this.#send({ caller, sessionId, key: `k${count}`, content: `Message ${count}.`, answer }, isEarly);
    } else if (what === 'repeat') {
      const [sending] = this.#unknown.splice(pick % (this.#unknown.length || 1), 1);
      if (sending) this.#send(sending, isEarly);
    } else if (what === 'finish') {
      const pending = choose(this.#pending, pick);
      if (pending) this.#finish(pending, isLost);
    } else if (what === 'write') {
      const reply = choose(this.#running(), pick);
      if (reply) this.#write(reply, 1 + (pick % 9));
    } else if (what === 'end') {
      const reply = choose(this.#running(), pick);
      if (reply) this.#end(reply, pick);
    } else if (what === 'attach') this.#attach(caller.viewer, caller.process, pick);
    else if (what === 'stream') this.#stream(pick);
    else if (what === 'cut') {
      const reader = choose(
        this.#readers.filter(({ open }) => open),
        pick,
      );
      reader?.open?.unknown('ECONNRESET');
      if (reader) reader.open = null;
    } else if (what === 'read' && session) {
      const afterSeq = pick % 3 === 0 ? pick % 4 : 0;
      const apply = () => pageOf(session, afterSeq, 3 + (pick % 8));
      this.#ask(this.#history.start(caller, { name: 'read', sessionId: session.id, afterSeq }), apply, isEarly);
    } else if (what === 'search') {
      const found = () => own.filter(({ state }) => state === 'ACTIVE').flatMap(({ messages }) => messages);
      const ids = () => found().filter((message) => !message.isForgotten && isTerminal(message.status));
      const apply = (): Answer => ({ name: 'search', messageIds: ids().map(({ id }) => id) });
      this.#ask(this.#history.start(caller, { name: 'search' }), apply, isEarly);
    } else if (what === 'remove' && session && pick % 2 === 0) {
      const isPermanent = pick % 3 > 0;
      const recording = this.#history.start(caller, { name: 'remove', sessionId: session.id, isPermanent });
      this.#ask(recording, () => this.#remove(session, isPermanent), isEarly);
    } else if (what === 'forget' && all.length > 0) {
      const message = choose(
        own.flatMap(({ messages }) => messages),
        pick,
      );
      if (!message) return;
      const apply = (): Answer => {
        message.isForgotten = true;
        return { name: 'forget' };
      };
      this.#ask(this.#history.start(caller, { name: 'forget', messageId: message.id }), apply, isEarly);
    }
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  #ask(recording: Recording, apply: Pending['apply'], isEarly: boolean, ended: Pending['ended'] = () => {}): void {
    this.#pending.push({ recording, apply, result: isEarly ? apply() : null, ended });
  }

  /** Answers; or loses the answer, or the request if it was not done yet. */
  #finish(pending: Pending, isLost: boolean): void {
    this.#pending.splice(this.#pending.indexOf(pending), 1);
    if (isLost) {
      pending.recording.unknown('ECONNRESET');
      pending.ended(null);
      return;
    }
    pending.result ??= pending.apply();
    if ('refused' in pending.result) pending.recording.failed(pending.result.refused, pending.result.replyId);
    else pending.recording.ok(pending.result);
    pending.ended(pending.result);
  }

  #send(sending: Sending, isEarly: boolean): void {
    const { caller, sessionId, key, content, answer } = sending;
    const call = { name: 'send', sessionId, key, content: digestOf(content), answer } as const;
    this.#ask(
      this.#history.start(caller, call),
      () => this.#store(sending),
      isEarly,
      (result) => {
        if (!result) this.#unknown.push(sending);
      },
    );
  }

  #store({ caller, sessionId, key, content, answer }: Sending): Answer | Refusal {
    const known = this.#keys.get(key);
    const session = this.#sessions.find(({ id }) => id === (known?.sessionId ?? sessionId));
    if (session && session.state === 'GONE') return { refused: 'NOT_FOUND' };
    if (known && session) return sentAnswer(session, known.messageId);
    if (session && session.state !== 'ACTIVE') return { refused: 'NOT_FOUND' };
    const running = session?.messages.find(({ status }) => !isTerminal(status));
    if (running) return { refused: 'REPLY_IN_PROGRESS', replyId: running.id };
    const into = session ?? { id: `s${this.#next()}`, viewer: caller.viewer, state: 'ACTIVE', messages: [] };
    if (!session) this.#sessions.push(into);
    const seq = into.messages.length + 1;
    const common = { errorCode: null, isSuperseded: false, isForgotten: false, chunks: [] };
    const message = { id: `m${this.#next()}`, seq, role: 'USER', status: 'COMPLETE', text: content, said: '' } as const;
    const reply = { id: `m${this.#next()}`, seq: seq + 1, role: 'ASSISTANT', status: 'PENDING', text: '' } as const;
    into.messages.push({ ...common, ...message, replyToId: null });
    into.messages.push({ ...common, ...reply, replyToId: message.id, said: answer });
    this.#keys.set(key, { sessionId: into.id, messageId: message.id });
    return sentAnswer(into, message.id);
  }

  #running() {
    const there = this.#sessions.filter(({ state }) => state !== 'GONE');
    return there.flatMap(({ messages }) => messages).filter(({ status }) => !isTerminal(status));
  }

  #write(reply: Session['messages'][number], length: number): void {
    reply.status = 'STREAMING';
    reply.text = reply.said.slice(0, reply.text.length + length);
  }

  #end(reply: Session['messages'][number], pick: number): void {
    if (pick % 4 === 1) reply.status = 'CANCELLED';
    else if (pick % 4 === 2) {
      Object.assign(reply, { status: 'FAILED', errorCode: 'INTERRUPTED' });
      // What its process had not stored yet is lost.
      reply.text = reply.text.slice(0, Math.max(0, reply.text.length - (pick % 5)));
    } else if (pick % 4 === 3) Object.assign(reply, { status: 'FAILED', errorCode: 'MODEL_UNAVAILABLE' });
    else Object.assign(reply, { status: 'COMPLETE', text: reply.said });
  }

  #remove(session: Session, isPermanent: boolean): Answer | Refusal {
    if (session.state === 'GONE') return { refused: 'NOT_FOUND' };
    for (const reply of session.messages.filter(({ status }) => !isTerminal(status))) reply.status = 'CANCELLED';
    session.state = isPermanent ? 'GONE' : 'DELETED';
    return { name: 'remove' };
  }

  #attach(viewer: string, process: string, pick: number): void {
    const waiting = choose(
      this.#readers.filter(({ open, isDone }) => !open && !isDone),
      pick,
    );
    const replies = this.#sessions.filter((session) => session.viewer === viewer).flatMap(({ messages }) => messages);
    const reply = choose(
      replies.filter(({ role }) => role === 'ASSISTANT'),
      pick,
    );
    if (!waiting && !reply) return;
    const id = `r${this.#next()}`;
    const reader = waiting ?? { id, viewer, replyId: reply?.id ?? '', held: '', open: null, isDone: false };
    if (!waiting) this.#readers.push(reader);
    const call = {
      name: 'follow',
      reader: reader.id,
      replyId: reader.replyId,
      fromOffset: reader.held.length,
    } as const;
    reader.open = this.#history.start({ viewer: reader.viewer, client: reader.id, process }, call);
  }

  #stream(pick: number): void {
    const reader = choose(
      this.#readers.filter(({ open }) => open),
      pick,
    );
    const reply = this.#sessions.flatMap(({ messages }) => messages).find(({ id }) => id === reader?.replyId);
    if (!reader?.open || !reply) return;
    const text = reply.text.slice(reader.held.length, reader.held.length + 1 + (pick % 20));
    if (text !== '') {
      reader.open.delta(reader.held.length, text);
      reader.held += text;
    } else if (isTerminal(reply.status)) {
      reader.open.terminal(reply.status, reply.text);
      reader.open.ok({ name: 'follow' });
      Object.assign(reader, { open: null, isDone: true });
    }
  }

  #final(): FinalState {
    const sessions = this.#sessions.filter(({ state }) => state !== 'GONE');
    const stored = sessions.map(({ id, viewer, state, messages }) => ({
      ...{ id, viewer, isActive: state === 'ACTIVE', messageCount: messages.length },
      messages: messages.map(({ said: _, ...message }) => ({ ...message, chunks: chunksOf(message) })),
    }));
    return structuredClone({ sessions: stored, jobs: 0, parts: 0 });
  }
}

const choose = <T>(list: T[], pick: number): T | undefined => list[pick % (list.length || 1)];

const seen = ({ id, seq, role, status, text }: StoredMessage): SeenMessage => ({
  ...{ id, seq, role, status },
  ...{ digest: digestOf(text), length: text.length },
});

function sentAnswer({ id, messages }: Session, messageId: string): Answer {
  const at = messages.findIndex((message) => message.id === messageId);
  const [message, reply] = messages.slice(at, at + 2);
  if (!message || !reply) throw new Error('A turn is two messages.');
  return { name: 'send', sessionId: id, message: seen(message), reply: seen(reply) };
}

function pageOf({ state, messages }: Session, afterSeq: number, first: number): Answer {
  const page = messages.slice(afterSeq, afterSeq + first);
  if (state === 'GONE') return { name: 'read', messages: null, hasMore: false };
  return { name: 'read', messages: page.map(seen), hasMore: messages.length > afterSeq + first };
}

function chunksOf({ role, status, text, isForgotten }: StoredMessage): StoredMessage['chunks'] {
  const isCovered = role === 'USER' || status === 'COMPLETE' || status === 'CANCELLED';
  if (!isCovered || isForgotten || text.trim() === '') return [];
  const texts = [text.slice(0, 12), text.slice(12)].filter((piece) => piece.trim() !== '');
  return texts.map((piece, position) => ({ position, text: piece, isEmbedded: true }));
}
