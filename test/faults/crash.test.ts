/**
 * The server is killed as if the power had failed, at moments chosen by chance, and started again on the same file.
 *
 * CRASH_ROUNDS  how often (4); a thousand take half an hour. Where it is set, also at each commit of a turn
 * CRASH_SEED    which moments (1)
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { answers, createGate, fails, type Gate, type ModelAnswer, says, slowly } from '../support/model-answers.ts';
import {
  interfere,
  NO_STRACE,
  rowsOf,
  type ServerProcess,
  spawnProgram,
  startServer,
  temporaryFolder,
} from '../support/server-process.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';
import { createWorld, type World } from '../support/world.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 4);
const SEED = Number(process.env.CRASH_SEED ?? 1);

/** More than a busy machine needs for anything here. */
const PATIENCE = { timeout: 15_000, interval: 20 };

const wordsOf = (text: string): string[] => text.split(/(?= )/);

/** Each but the first begins with the space before it: a space at the end may be held back for what follows. */
const words = (of: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${at === 0 ? '' : ' '}${of}${at}`);

const allMessages = async (viewer: TestViewer, sessionId: string): Promise<Data[]> =>
  (await viewer.messages(sessionId, '(first: 100)')).nodes;

const persistedLength = (file: string): unknown =>
  rowsOf(file, 'select coalesce(sum(length(text)), 0) as length from reply_part')[0]?.length;

/** Everything that is to be remembered has its chunk and its embedding, once; and no job is left. */
async function expectIndexedOnce(file: string): Promise<void> {
  await vi.waitFor(() => expect(rowsOf(file, 'select * from job')).toEqual([]), PATIENCE);
  const covered = rowsOf(
    file,
    `select m.id, m.content, group_concat(c.text, '') as text, count(c.id) as chunks, count(c.embedding) as embedded
       from chat_message m left join chunk c on c.message_id = m.id
      where m.superseded_by_id is null and trim(m.content) != '' and m.status in ('COMPLETE', 'CANCELLED')
      group by m.id`,
  );
  expect(covered.length).toBeGreaterThan(0);
  for (const { content, text, chunks, embedded } of covered) {
    expect(String(text).trim()).toBe(String(content).trim());
    expect(embedded).toBe(chunks);
  }
  const covers = covered.map(({ id }) => id);
  const remembered = rowsOf(file, 'select distinct message_id as id from chunk').map(({ id }) => id);
  expect(remembered.sort()).toEqual(covers.sort());
}

test('a reply whose server was killed ends as interrupted, with the text that was persisted', async () => {
  const { file, model, start } = await createWorld();
  const gate = createGate();
  const texts = words('zebra', 10);
  model.next(slowly(texts, gate));
  const first = await start();
  const { session, message, reply } = await first.viewer.send('I cannot sleep.');
  gate.release(4);
  const written = texts.slice(0, 4).join('');
  const reading = first.viewer.replyStream(reply.id);
  let read = '';
  while (read.length < written.length) read += (await reading.next()).value.text;
  await vi.waitFor(() => expect(persistedLength(file)).toBe(written.length), PATIENCE);
  await first.kill();
  await expect(reading.next()).rejects.toThrow();

  const { viewer } = await start();
  const ended = await viewer.message(reply.id);
  expect(ended).toMatchObject({ status: 'FAILED', content: written, error: { code: 'INTERRUPTED', retryable: true } });
  expect(ended.endedAt).not.toBeNull();
  expect(rowsOf(file, 'select * from reply_part')).toEqual([]);

  // Whatever a reader holds, it gets what is missing and then the truth; also one that holds more than was persisted.
  for (const transport of ['ws', 'sse'] as const) {
    for (const held of [0, 7, written.length, written.length + 100]) {
      const { text, events } = await viewer.follow(reply.id, held, transport);
      expect(text).toBe(written.slice(held));
      expect(events.at(-1)).toMatchObject({ __typename: 'ReplyFailed', message: { content: written } });
      expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toHaveLength(1);
    }
  }

  model.next(says('Breathe ', 'slowly.'));
  const successor = await viewer.retry(reply.id);
  expect(await viewer.follow(successor.id)).toMatchObject({ text: 'Breathe slowly.' });
  const { reply: next } = await viewer.turn('Thank you.', { sessionId: session.id });
  const messages = await allMessages(viewer, session.id);
  expect(messages.map(({ id, seq, status }) => [id, seq, status])).toEqual([
    [message.id, 1, 'COMPLETE'],
    [reply.id, 2, 'FAILED'],
    [successor.id, 3, 'COMPLETE'],
    [expect.any(String), 4, 'COMPLETE'],
    [next.id, 5, 'COMPLETE'],
  ]);
  // What was cut off is neither prompt nor memory.
  expect(JSON.stringify(model.chats.at(-1)?.body.messages)).not.toContain('zebra');
  await expectIndexedOnce(file);
});

test('a reply of which nothing was written ends as interrupted, and a request that is repeated is not done again', async () => {
  const { file, model, start } = await createWorld();
  model.otherwise(slowly(['late'], createGate()));
  const first = await start();
  const input = { idempotencyKey: 'monday', newSession: { title: 'Mondays' } };
  const sent = await first.viewer.send('I cannot sleep.', input);
  await first.kill();

  const { viewer } = await start();
  const again = await viewer.turn('I cannot sleep.', input);
  expect(again.reply).toMatchObject({
    id: sent.reply.id,
    status: 'FAILED',
    content: '',
    error: { code: 'INTERRUPTED' },
  });
  expect(again.session).toMatchObject({ id: sent.session.id, messageCount: 2, runningReply: null });
  await expect(viewer.send('Something else.', input)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await viewer.sessions()).toMatchObject({ totalCount: 1 });
  await expectIndexedOnce(file);
});

test('what was being embedded when the server was killed is embedded at once by the next', async () => {
  const { file, model, start } = await createWorld();
  const never: ModelAnswer = () => {};
  model.nextEmbeddings(never);
  const first = await start();
  const { session } = await first.viewer.turn('My knee hurts when I run downhill.');
  await vi.waitFor(() => expect(model.embeddings).toHaveLength(1), PATIENCE);
  await first.kill();
  const owner = rowsOf(file, "select lease_owner from job where state = 'RUNNING'")[0]?.lease_owner;
  expect(owner).toEqual(expect.any(String));
  const asked = model.embeddings.length;

  const { viewer } = await start();
  // The lease of one that is gone is not waited for.
  expect(rowsOf(file, 'select * from job where lease_owner = ?', owner)).toEqual([]);
  await expectIndexedOnce(file);
  expect(await viewer.session(session.id)).toMatchObject({ memory: { indexed: 2, pending: 0, failed: 0 } });
  const inputs = model.embeddings.slice(asked).flatMap(({ body }) => body.input);
  expect(inputs.filter((text) => text === 'My knee hurts when I run downhill.')).toHaveLength(1);
});

/** As many transactions as a turn and its indexing may take. */
const COMMITS = 8;

/** When a round ends. `after` counts what makes the moment: deltas read, turns of the event loop. */
type Moment =
  | 'as it is sent'
  | 'as the model is asked'
  | 'in mid-stream'
  | 'as it ends'
  | 'as it is embedded'
  | 'as it dies';
interface Round {
  moment: Moment;
  after: number;
  transport: 'ws' | 'sse';
  /** In the session of the round before, or in a new one. */
  isGoingOn: boolean;
}
const rounds: fc.Arbitrary<Round> = fc.record({
  moment: fc.constantFrom<Moment>(
    'as it is sent',
    'as the model is asked',
    'in mid-stream',
    'as it ends',
    'as it is embedded',
  ),
  after: fc.integer({ min: 0, max: 30 }),
  transport: fc.constantFrom<'ws' | 'sse'>('ws', 'sse'),
  isGoingOn: fc.boolean(),
});

test(`what was acknowledged outlives ${ROUNDS} kills, once and in order, and what was not is done once when it is repeated`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  const world = await createWorld();
  const ledger = new Ledger();
  world.model.otherwise(answers(({ body }) => ledger.answerTo(body.messages.at(-1)?.content)));
  for (const round of fc.sample(rounds, { seed: SEED, numRuns: ROUNDS })) {
    const server = await world.start();
    await ledger.check(server.viewer);
    await playRound(world, ledger, server, round);
  }
  const { viewer } = await world.start();
  await ledger.check(viewer);
  for (const sessionId of ledger.sessions()) {
    world.model.next(says('On we go.'));
    const { reply } = await viewer.turn('And on.', { sessionId });
    expect(reply).toMatchObject({ status: 'COMPLETE', content: 'On we go.' });
  }
  await expectIndexedOnce(world.file);
});

test('what was acknowledged outlives a kill at each commit of a turn', { timeout: 600_000 }, async ({ skip }) => {
  if (NO_STRACE) return skip(NO_STRACE);
  if (!process.env.CRASH_ROUNDS) return skip('takes minutes: set CRASH_ROUNDS');
  const world = await createWorld();
  const ledger = new Ledger();
  world.model.otherwise(answers(({ body }) => ledger.answerTo(body.messages.at(-1)?.content)));
  for (let commit = 1; commit <= COMMITS; commit++) {
    const server = await world.start();
    await ledger.check(server.viewer);
    await vi.waitFor(() => expect(rowsOf(world.file, 'select * from job')).toEqual([]), PATIENCE);
    await interfere(server.pid, `${world.file}-wal`, 'fdatasync,fsync', `signal=SIGKILL:when=${commit}`);
    const round = { moment: 'as it dies', after: 0, transport: 'ws', isGoingOn: commit % 2 === 0 } as const;
    await playRound(world, ledger, server, round);
  }
  const { viewer } = await world.start();
  await ledger.check(viewer);
  await expectIndexedOnce(world.file);
});

interface Sent {
  content: string;
  key: string;
  sessionId: string | null;
  /** What the model was to write. */
  whole: string;
  /** Holds the model back until the server was killed. */
  gate: Gate;
  /** What a reader had when the server died. */
  read: string;
  /** Ids and places, once they were acknowledged. */
  acknowledged: { sessionId: string; messageId: string; replyId: string; seq: number } | null;
}

/** What a client knows of its requests. */
class Ledger {
  readonly #sent: Sent[] = [];

  add(sessionId: string | null): Sent {
    const at = this.#sent.length;
    const whole = words(`r${at}w`, 30).join('');
    const message = { content: `Message ${at}.`, key: `key ${at}`, sessionId, whole };
    const sent = { ...message, gate: createGate(), read: '', acknowledged: null };
    this.#sent.push(sent);
    return sent;
  }

  answerTo(content: string | undefined): ModelAnswer {
    const sent = this.#sent.find((each) => each.content === content);
    return sent ? slowly(wordsOf(sent.whole), sent.gate) : says('On we go.');
  }

  sessions(): string[] {
    return [...new Set(this.#sent.flatMap(({ acknowledged }) => acknowledged?.sessionId ?? []))];
  }

  async check(viewer: TestViewer): Promise<void> {
    for (const sent of this.#sent) await this.#repeat(viewer, sent);
    const stored = new Map<string, Data[]>();
    for (const id of this.sessions()) stored.set(id, await allMessages(viewer, id));
    expect(await viewer.sessions({ first: 100 })).toMatchObject({ totalCount: stored.size });

    for (const [id, messages] of stored) {
      expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
      expect(await viewer.session(id)).toMatchObject({ messageCount: messages.length, runningReply: null });
    }
    for (const sent of this.#sent) this.#checkTurn(sent, [...stored.values()].flat());
    expect([...stored.values()].flat()).toHaveLength(2 * this.#sent.length);
  }

  /** The same request with the same key: it does what was not done, and tells what was. */
  async #repeat(viewer: TestViewer, sent: Sent): Promise<void> {
    const input = { idempotencyKey: sent.key, ...(sent.sessionId && { sessionId: sent.sessionId }) };
    const { session, message, reply } = await viewer.turn(sent.content, input);
    const told = { sessionId: session.id, messageId: message.id, replyId: reply.id, seq: message.seq };
    sent.acknowledged ??= told;
    expect(told).toEqual(sent.acknowledged);
  }

  #checkTurn({ content, whole, read, acknowledged }: Sent, stored: Data[]): void {
    const messages = stored.filter((message) => message.content === content);
    expect(messages).toMatchObject([{ id: acknowledged?.messageId, seq: acknowledged?.seq, status: 'COMPLETE' }]);
    const replies = stored.filter((message) => message.replyTo?.id === acknowledged?.messageId);
    expect(replies).toMatchObject([{ id: acknowledged?.replyId, seq: (acknowledged?.seq ?? 0) + 1 }]);
    const [reply] = replies;
    expect(whole.startsWith(read)).toBe(true);
    if (reply.status === 'COMPLETE') {
      expect(reply.content).toBe(whole);
      return;
    }
    expect(reply).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED', retryable: true } });
    expect(whole.startsWith(reply.content)).toBe(true);
  }
}

/** One turn, in which the server is killed. */
async function playRound({ file, model }: World, ledger: Ledger, server: ServerProcess, round: Round): Promise<void> {
  const { moment, after, transport, isGoingOn } = round;
  const sent = ledger.add((isGoingOn && ledger.sessions().at(-1)) || null);
  const chats = model.chats.length;
  const isIt = Promise.withResolvers<void>();
  if (moment === 'as it is embedded') {
    model.nextEmbeddings((exchange) => {
      isIt.resolve();
      fails(503)(exchange);
    });
  }
  const input = { idempotencyKey: sent.key, ...(sent.sessionId && { sessionId: sent.sessionId }) };
  const sending = server.viewer.send(sent.content, input).then(async ({ session, message, reply }) => {
    sent.acknowledged = { sessionId: session.id, messageId: message.id, replyId: reply.id, seq: message.seq };
    if (moment !== 'as the model is asked') sent.gate.release(2);
    for await (const event of server.viewer.replyStream(reply.id, 0, transport)) {
      sent.read += event.text ?? '';
      if (moment === 'in mid-stream' && wordsOf(sent.read).length > after) isIt.resolve();
      // The model is ahead of the reader by a few words at most.
      sent.gate.release(2);
    }
  });
  // A round that comes to its end without its moment ends with it.
  const isOver = () => vi.waitFor(() => expect(rowsOf(file, 'select * from job')).toEqual([]), PATIENCE);
  if (moment === 'as it dies') {
    const ended = [server.exited, sending.then(isOver, () => server.exited)];
    isIt.resolve(Promise.race(ended).then(() => undefined));
  } else sending.then(isIt.resolve, isIt.reject);

  if (moment === 'as it is sent') isIt.resolve(turnsOfTheLoop(after * 10));
  if (moment === 'as the model is asked' || moment === 'as it ends') {
    await vi.waitFor(() => expect(model.chats.length).toBeGreaterThan(chats), PATIENCE);
    if (moment === 'as it ends') await model.chats[chats]?.ended;
    isIt.resolve(turnsOfTheLoop(after));
  }
  await isIt.promise;
  await server.kill();
  sent.gate.releaseAll();
  await sending.catch(() => undefined);
}

async function turnsOfTheLoop(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

test('a server that was killed while it made its database makes it when it starts again', async () => {
  const file = path.join(temporaryFolder(), 'carryover.db');
  const env = { DATABASE_URL: `sqlite:${file}` };
  const { child, exited } = spawnProgram({ env: { PORT: '0', ...env } });
  await vi.waitFor(() => expect(existsSync(`${file}-wal`)).toBe(true), { timeout: 15_000, interval: 1 });
  child.kill('SIGKILL');
  await exited;
  const { viewer } = await startServer({ env });
  expect((await viewer.turn('I cannot sleep.')).reply.status).toBe('COMPLETE');
});
