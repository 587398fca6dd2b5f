import { setTimeout } from 'node:timers/promises';
import { signToken } from '../../src/users/sign-token.ts';
import { digestOf, type History, type Recording, type SeenMessage } from './history.ts';
import { answers, type ModelAnswer, paced, says } from './model-answers.ts';
import { createTestViewer, type Data, type TestViewer } from './test-viewer.ts';

/** Of every server under load. */
export const LOAD_SECRET = 'a secret that only the tests know, and it is long';

/** A bearer token that they take for hours. */
export const tokenFor = (viewer: string): Promise<string> =>
  signToken({ kind: 'secret', secret: LOAD_SECRET, issuer: null, audience: null }, viewer, 36_000);

/** A server as clients know it; whether it lives, they find out. */
export interface Process {
  name: string;
  url: string;
}

export interface LoadOptions {
  history: History;
  /** May change while the load goes on. */
  processes: () => Process[];
  /** Each has two clients, who share its sessions. */
  viewers: number;
  /** Of each client; then it ends, as after `stop`. Default: no end. */
  turns?: number;
  seed?: number;
  /** How long a client waits for word of a server before it asks another. */
  patienceMs?: number;
}

export interface Load {
  /** No turn begins; those that began are followed to their end, which `ended` awaits. */
  stop(): void;
  ended: Promise<void>;
  /** Of how many replies readers hold some text, and not the end. */
  streaming(): number;
  /** How many messages were acknowledged. */
  acknowledged(): number;
  /** How often clients were told each code, `ECONNRESET` and the like included. */
  codes: Map<string, number>;
}

interface Shared {
  isStopped: boolean;
  streaming: Set<string>;
  acknowledged: number;
  codes: Map<string, number>;
}

interface Session {
  id: string;
  /** Of some of its messages. */
  cursors: { seq: number; cursor: string }[];
  isRemoved: boolean;
}

/** Between two attempts. */
const PAUSE_MS = 50;

const WORDS = 60;

/** What the model says to a message of the load: some seconds of it, with characters of two units. */
export const answerTo = (content: string): string =>
  Array.from({ length: WORDS }, (_, at) => (at % 7 === 6 ? '🙂' : `${digestOf(`${content} ${at}`).slice(0, 5)}`)).join(
    ' ',
  );

/** The model under load: slow, and with an answer of its own to each message. */
export const loadModel = (everyMs: number): ModelAnswer =>
  answers(({ body }) => {
    const content = body.messages.at(-1)?.content ?? '';
    if (!content.startsWith('Message ')) return says('-');
    return paced(answerTo(content).split(/(?= )/u), everyMs);
  });

/** Viewers who send, follow, read, cancel and remove, each request to any server, and record all they are told. */
export function startLoad(options: LoadOptions): Load {
  const state: Shared = { isStopped: false, streaming: new Set(), acknowledged: 0, codes: new Map() };
  const clients: Promise<void>[] = [];
  for (let viewer = 1; viewer <= options.viewers; viewer++) {
    const sessions: Session[] = [];
    for (const device of ['a', 'b'])
      clients.push(
        new Client(options, state, `v${viewer}`, device, sessions, 2 * viewer + (device === 'a' ? 0 : 1)).run(),
      );
  }
  const ended = Promise.all(clients).then(() => undefined);
  // Who waits for it is told; until then, nobody need be.
  ended.catch(() => undefined);
  return {
    stop() {
      state.isStopped = true;
    },
    ended,
    streaming: () => state.streaming.size,
    acknowledged: () => state.acknowledged,
    codes: state.codes,
  };
}

class Client {
  readonly #options: LoadOptions;
  readonly #state: Shared;
  readonly #viewer: string;
  readonly #name: string;
  readonly #sessions: Session[];
  readonly #viewersByUrl = new Map<string, TestViewer>();
  readonly #random: () => number;
  #token = '';
  #readers = 0;

  constructor(options: LoadOptions, state: Shared, viewer: string, device: string, sessions: Session[], salt: number) {
    this.#options = options;
    this.#state = state;
    this.#viewer = viewer;
    this.#name = `${viewer}/${device}`;
    this.#sessions = sessions;
    this.#random = randomBy((options.seed ?? 1) * 7919 + salt);
  }

  async run(): Promise<void> {
    this.#token = await tokenFor(this.#viewer);
    for (let turn = 1; !this.#state.isStopped && turn <= (this.#options.turns ?? Number.POSITIVE_INFINITY); turn++)
      await this.#turn(turn);
  }

  async #turn(turn: number): Promise<void> {
    const sent = await this.#send(`Message ${this.#name} ${turn}.`, `${this.#name} ${turn}`);
    if (!sent) return;
    const { session, replyId } = sent;
    const readers = [this.#follow(replyId, session)];
    if (this.#chance(0.5)) readers.push(this.#follow(replyId, session));
    if (this.#chance(0.3)) await this.#read(session);
    if (this.#chance(0.1)) await this.#cancel(replyId);
    await Promise.all(readers);
    await this.#read(session);
    if (this.#chance(0.2)) await this.#search();
    if (this.#chance(0.05)) await this.#remove(session);
  }

  /** Again and again, with the same key, until it is told what became of it. */
  async #send(content: string, key: string): Promise<{ session: Session; replyId: string } | null> {
    const open = this.#sessions.filter(({ isRemoved }) => !isRemoved);
    const session = this.#chance(0.2) ? undefined : this.#oneOf(open);
    const sessionId = session?.id ?? null;
    const call = { name: 'send', sessionId, key, content: digestOf(content), answer: answerTo(content) } as const;
    for (;;) {
      const [viewer, recording] = this.#begin(call);
      try {
        const sent = await viewer.send(content, { idempotencyKey: key, ...(sessionId && { sessionId }) });
        recording.ok({
          name: 'send',
          sessionId: sent.session.id,
          message: seen(sent.message),
          reply: seen(sent.reply),
        });
        this.#state.acknowledged += 1;
        return { session: this.#known(sent.session.id, [sent.message, sent.reply]), replyId: sent.reply.id };
      } catch (error) {
        const { code, replyId } = this.#fail(recording, error);
        if (code === 'REPLY_IN_PROGRESS' && replyId) await this.#follow(replyId, session);
        else if (code === 'NOT_FOUND' && session?.isRemoved) return null;
        else if (isFinal(code)) throw error;
        else await setTimeout(PAUSE_MS);
      }
    }
  }

  /** To its end, from server to server, resuming with what is held. */
  async #follow(replyId: string, session: Session | undefined): Promise<void> {
    this.#readers += 1;
    const reader = `${this.#name} ${this.#readers}`;
    for (let held = 0; ; ) {
      const [viewer, recording] = this.#begin({ name: 'follow', reader, replyId, fromOffset: held });
      const transport = this.#chance(0.5) ? 'ws' : 'sse';
      const left = new AbortController();
      const patience = setInterval(() => left.abort(), this.#options.patienceMs ?? 10_000);
      let isEnded = false;
      try {
        for await (const event of viewer.replyStream(replyId, held, transport, left.signal)) {
          patience.refresh();
          if (event.errors) throw event.errors[0];
          if (event.__typename === 'ReplyDelta') {
            recording.delta(event.offset, event.text);
            held += event.text.length;
            this.#state.streaming.add(replyId);
          } else {
            isEnded = true;
            recording.terminal(event.message.status, event.message.content);
          }
        }
        if (left.signal.aborted && !isEnded) throw Object.assign(new Error('Silence.'), { code: 'SILENCE' });
        recording.ok({ name: 'follow' });
        return;
      } catch (error) {
        // What comes after the end of a reply is not waited for.
        const { code } = this.#fail(recording, error);
        if (isEnded || (code === 'NOT_FOUND' && session?.isRemoved)) return;
        if (isFinal(code)) throw error;
        await setTimeout(PAUSE_MS);
      } finally {
        clearInterval(patience);
        this.#state.streaming.delete(replyId);
      }
    }
  }

  async #read(session: Session): Promise<void> {
    const { seq, cursor } = (this.#chance(0.5) && this.#oneOf(session.cursors)) || { seq: 0, cursor: null };
    await this.#once({ name: 'read', sessionId: session.id, afterSeq: seq }, async (viewer, recording) => {
      const first = this.#chance(0.3) ? 3 : 100;
      const { chatSession } = await viewer.query(PAGE, { id: session.id, first, after: cursor });
      const messages = chatSession?.messages.nodes.map(seen) ?? null;
      recording.ok({ name: 'read', messages, hasMore: chatSession?.messages.pageInfo.hasNextPage ?? false });
    });
  }

  async #cancel(replyId: string): Promise<void> {
    await this.#once({ name: 'cancel', replyId }, async (viewer, recording) => {
      recording.ok({ name: 'cancel', reply: seen(await viewer.cancel(replyId)) });
    });
  }

  async #search(): Promise<void> {
    await this.#once({ name: 'search' }, async (viewer, recording) => {
      const hits = await viewer.searchMemory(`Message ${this.#name}`, { first: 20 });
      recording.ok({ name: 'search', messageIds: hits.map(({ message }) => message.id) });
    });
  }

  async #remove(session: Session): Promise<void> {
    session.isRemoved = true;
    const call = { name: 'remove', sessionId: session.id, isPermanent: true } as const;
    await this.#once(call, async (viewer, recording) => {
      await viewer.remove(session.id, true);
      recording.ok({ name: 'remove' });
    });
    await this.#read(session);
  }

  /** What is not repeated when it fails. */
  async #once(call: Parameters<History['start']>[1], ask: (viewer: TestViewer, recording: Recording) => Promise<void>) {
    const [viewer, recording] = this.#begin(call);
    try {
      await ask(viewer, recording);
    } catch (error) {
      this.#fail(recording, error);
    }
  }

  #begin(call: Parameters<History['start']>[1]): [TestViewer, Recording] {
    const process = this.#oneOf(this.#options.processes());
    if (!process) throw new Error('There are no servers.');
    const { name, url } = process;
    const { patienceMs = 10_000 } = this.#options;
    const viewer =
      this.#viewersByUrl.get(url) ?? createTestViewer({ id: this.#viewer, url, token: this.#token, patienceMs });
    this.#viewersByUrl.set(url, viewer);
    return [viewer, this.#options.history.start({ viewer: this.#viewer, client: this.#name, process: name }, call)];
  }

  #fail(recording: Recording, error: unknown): { code: string; replyId: string | null } {
    const told = toldBy(error);
    this.#state.codes.set(told.code, (this.#state.codes.get(told.code) ?? 0) + 1);
    if (isFinal(told.code) || told.code === 'REPLY_IN_PROGRESS') recording.failed(told.code, told.replyId);
    else recording.unknown(told.code);
    return told;
  }

  #known(id: string, messages: Data[]): Session {
    let session = this.#sessions.find((each) => each.id === id);
    if (!session) {
      session = { id, cursors: [], isRemoved: false };
      this.#sessions.push(session);
    }
    session.cursors.push(...messages.map(({ seq, cursor }) => ({ seq, cursor })));
    return session;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #oneOf<T>(list: T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }
}

const PAGE = `query($id: ID!, $first: Int!, $after: String) { chatSession(id: $id) { messages(first: $first, after: $after) {
  nodes { id seq role status content } pageInfo { hasNextPage } } } }`;

const seen = ({ id, seq, role, status, content }: Data): SeenMessage => ({
  ...{ id, seq, role, status },
  ...{ digest: digestOf(content), length: content.length },
});

/** Codes that say what was done: nothing. All others leave it open, and another server may be asked. */
const FINAL = ['NOT_FOUND', 'CONFLICT', 'BAD_USER_INPUT', 'UNAUTHENTICATED', 'LIMIT_EXCEEDED', 'BUDGET_EXCEEDED'];
const isFinal = (code: string): boolean => FINAL.includes(code);

/** The code of an error of GraphQL, of the network, or of a socket that was closed. */
function toldBy(error: unknown): { code: string; replyId: string | null } {
  if (typeof error !== 'object' || error === null) return { code: String(error), replyId: null };
  // Its codes are numbers.
  if (error instanceof DOMException) return { code: error.name, replyId: null };
  const extensions = 'extensions' in error ? error.extensions : error;
  // Of fetch, and of a socket that could not be opened.
  const cause = 'cause' in error ? error.cause : 'error' in error ? error.error : null;
  const code = fieldOf(extensions, 'code') ?? fieldOf(cause, 'code') ?? fieldOf(error, 'name') ?? 'UNKNOWN';
  return { code, replyId: fieldOf(extensions, 'replyId') };
}

function fieldOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1] ?? Reflect.get(value, name);
  return field === undefined || field === null ? null : String(field);
}

/** Numbers from 0 to 1 that look like chance, the same for the same seed. */
function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
