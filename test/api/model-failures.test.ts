import { describe, expect } from 'vitest';
import { forkEm } from '../../src/db/orm.ts';
import { type TestApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import {
  answers,
  createGate,
  disconnectsAfter,
  errsAfter,
  fails,
  isFilteredAfter,
  type ModelAnswer,
  noFinish,
  overflows,
  refuses,
  says,
  sendsGarbageAfter,
  slowly,
  stallsAfter,
} from '../support/model-answers.ts';
import { startModelServer } from '../support/model-server.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

const transports = ['ws', 'sse'] as const;
const sql = (app: TestApp, statement: string): Promise<Data[]> => forkEm(app.running.orm).execute(statement);
const messagesOf = (app: TestApp) => app.lines.map((line) => line.message);

interface Failure {
  answers: ModelAnswer[];
  /** What had been written. */
  content?: string;
  code: string;
  message: string;
  retryable: boolean;
  /** How often the model is asked. */
  requests?: number;
  /** Whether what it cost is known. Default: where it wrote something. */
  isCounted?: boolean;
}

const broke = { code: 'MODEL_UNAVAILABLE', message: 'The connection to the model broke off.', retryable: true };
const late = { code: 'TIMEOUT', message: 'The model took too long to answer.', retryable: true };
const refused = { code: 'MODEL_REFUSED', message: 'The model declined to answer this.', retryable: false };
const unwell = { code: 'MODEL_UNAVAILABLE', message: 'The model has a problem at the moment.', retryable: true };
const upstream = { message: 'Internal detail of the endpoint' };

const failures: Record<string, Failure> = {
  'an endpoint that is busy for ever': {
    answers: Array(3).fill(fails(429, { ...upstream, retryAfter: 0 })),
    ...{ code: 'MODEL_UNAVAILABLE', message: 'The model is busy. Please try again in a moment.', retryable: true },
    requests: 3,
  },
  'an endpoint that is busy for longer than anybody waits': {
    answers: [fails(429, { ...upstream, retryAfter: 3600 })],
    ...{ code: 'MODEL_UNAVAILABLE', message: 'The model is busy. Please try again in a moment.', retryable: true },
  },
  'an endpoint with a problem': { answers: Array(3).fill(fails(500, upstream)), ...unwell, requests: 3 },
  'a connection that breaks before the first text': {
    answers: Array(3).fill(disconnectsAfter()),
    ...{ code: 'MODEL_UNAVAILABLE', message: 'The model cannot be reached at the moment.', retryable: true },
    requests: 3,
  },
  'a connection that breaks on its way': {
    answers: [disconnectsAfter('Half ', 'of it')],
    content: 'Half of it',
    ...broke,
  },
  'an endpoint that falls silent': { answers: [stallsAfter('Half ', 'of it')], content: 'Half of it', ...late },
  'an endpoint that never says anything': { answers: [stallsAfter()], ...late },
  'an event that cannot be read': { answers: [sendsGarbageAfter('Half')], content: 'Half', ...broke },
  'a stream that ends without saying so': { answers: [noFinish('Half')], content: 'Half', ...broke },
  'an error inside the stream': { answers: [errsAfter('Half')], content: 'Half', ...unwell },
  'a refusal': { answers: [refuses('I')], content: 'I', ...refused },
  'a reply that is filtered': { answers: [isFilteredAfter('Half')], content: 'Half', ...refused },
  'more than the model takes': {
    answers: [overflows()],
    ...{ code: 'BUDGET_EXCEEDED', message: 'This is more text than the model can take.', retryable: false },
  },
  'nothing at all': {
    answers: Array(3).fill(says()),
    ...{ code: 'MODEL_UNAVAILABLE', message: 'The model answered with nothing.', retryable: true },
    requests: 3,
  },
  'nothing but a marker that names nothing': {
    answers: [says(' [', '99', ']')],
    ...{ code: 'MODEL_UNAVAILABLE', message: 'The model gave no answer.', retryable: true },
    isCounted: true,
  },
  'the beginning of a marker, then silence': {
    answers: [stallsAfter('As you said [1, 2')],
    content: 'As you said [1, 2',
    ...late,
  },
  'a key that is not accepted': {
    answers: [fails(401, upstream)],
    ...{ code: 'MODEL_UNAVAILABLE', retryable: false },
    message: 'The model is not open to this server: its key was not accepted.',
  },
};

// Long enough that none of the others is taken for silence.
const patience = { idleTimeoutMs: 1_000, firstTextMs: 1_000 };
const patiently = test.extend({ options: { patience } });

describe('what goes wrong with a model ends the reply once, keeps question and text, and can be tried again:', () => {
  patiently.for(Object.entries(failures))('%s', async ([, failure], { app, alice }) => {
    const { content = '', code, message, retryable, requests = 1, isCounted = content !== '' } = failure;
    app.model.next(...failure.answers);
    const { session, message: question, reply } = await alice.send('I cannot sleep.');
    const followed = await Promise.all(transports.map((transport) => alice.follow(reply.id, 0, transport)));
    const failed = await alice.message(reply.id);

    expect(failed).toMatchObject({ status: 'FAILED', content, endedAt: expect.any(String), memory: 'NOT_RECORDED' });
    expect(failed.error).toEqual({ code, message, retryable });
    for (const { text, events } of followed) {
      expect(text).toBe(content);
      expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toEqual([
        { __typename: 'ReplyFailed', message: failed },
      ]);
    }
    expect(app.model.chats).toHaveLength(requests);
    expect(await alice.message(question.id)).toMatchObject({ status: 'COMPLETE', content: 'I cannot sleep.' });
    expect(failed.usage !== null).toBe(isCounted);
    expect(JSON.stringify([followed, app.lines])).not.toContain('Internal detail');

    app.model.next(says('Breathe.'));
    const successor = await alice.retry(reply.id);
    expect((await alice.follow(successor.id)).text).toBe('Breathe.');
    expect(JSON.stringify(app.model.chats.at(-1)?.body.messages).split('I cannot sleep.')).toHaveLength(2);
    await app.idle();
    expect(await alice.message(successor.id)).toMatchObject({ status: 'COMPLETE', error: null });
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 2, pending: 0, failed: 0 });
    expect(await sql(app, 'select * from reply_part')).toEqual([]);
  });

  test('an endpoint that is away', async ({ alice, app }) => {
    const { port } = new URL(app.model.url);
    await app.model.close();
    const { session, message, reply } = await alice.send('I cannot sleep.');
    const { events } = await alice.follow(reply.id);
    expect(events).toMatchObject([
      {
        __typename: 'ReplyFailed',
        message: {
          content: '',
          error: {
            code: 'MODEL_UNAVAILABLE',
            message: 'The model cannot be reached at the moment.',
            retryable: true,
          },
        },
      },
    ]);
    expect((await alice.message(message.id)).content).toBe('I cannot sleep.');
    const back = await startModelServer({ port: Number(port) });
    try {
      back.next(says('Breathe.'));
      const successor = await alice.retry(reply.id);
      expect((await alice.follow(successor.id)).text).toBe('Breathe.');
      expect((await alice.turn('Thanks.', { sessionId: session.id })).reply.status).toBe('COMPLETE');
    } finally {
      await back.close();
    }
  });
});

test('a model that is busy for a moment costs nothing but the moment', async ({ app, alice }) => {
  app.model.next(fails(429, { retryAfter: 0 }), fails(503), says('Breathe.'));
  const { reply } = await alice.turn('I cannot sleep.');
  expect(reply).toMatchObject({ status: 'COMPLETE', content: 'Breathe.', error: null });
  expect(app.model.chats).toHaveLength(3);
  expect(await sql(app, "select count(*) as n from usage_entry where purpose = 'CHAT'")).toEqual([{ n: 1 }]);
});

test('a model that does not stop is stopped', async ({ app, alice }) => {
  const long = `${'word '.repeat(50)}\n`;
  app.model.next(says(...Array.from({ length: 200 }, () => long)));
  const { reply } = await alice.turn('Go on.');
  expect(reply.status).toBe('COMPLETE');
  expect(reply.content.length).toBeLessThan(21_000);
  expect((await alice.follow(reply.id)).text).toBe(reply.content);
});

test('waiting for a reply that fails answers with it', async ({ app, alice }) => {
  app.model.next(fails(401));
  const { reply } = await alice.turn('I cannot sleep.');
  expect(reply).toMatchObject({ status: 'FAILED', error: { code: 'MODEL_UNAVAILABLE', retryable: false } });
});

const tight = test.extend({ options: { env: { PROMPT_TOKENS: '3000' } } });

tight('instructions that have grown since fail the reply, not the request', async ({ app, alice }) => {
  const { session, reply } = await alice.turn(`I cannot sleep. ${'Sheep. '.repeat(600)}`);
  expect(reply.status).toBe('COMPLETE');
  await alice.updateSession({ id: session.id, instructions: 'Be brief. '.repeat(800) });
  const { id } = await alice.retry(reply.id);
  const { events } = await alice.follow(id);
  expect(events).toMatchObject([
    { __typename: 'ReplyFailed', message: { error: { code: 'BUDGET_EXCEEDED', retryable: false } } },
  ]);
  expect(app.model.chats).toHaveLength(1);
});

describe('an embedder', () => {
  class Embedder extends HashingEmbedder {
    isAway = false;
    isHanging = false;
    readonly gate = createGate();
    override before = (): void | Promise<void> => {
      if (this.isAway) throw new Error('The embedder is away.');
      if (this.isHanging) return this.gate.pass();
    };
  }
  /** So that memory is asked for every question. */
  const withEmbedder = test
    .extend<{ embedder: Embedder }>({
      // biome-ignore lint/correctness/noEmptyPattern: how vitest is told that it needs no other fixture
      embedder: async ({}, use) => use(new Embedder()),
    })
    .extend({ options: async ({ embedder }, use) => use({ embedder, env: { RECENT_TURNS: '0' } }) });

  withEmbedder('that fails costs no turn: words are searched, and a note says so', async ({ app, alice, embedder }) => {
    const { session, message } = await alice.turn('My knee hurts when I run downhill.');
    await app.idle();
    embedder.isAway = true;
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    expect(reply.status).toBe('COMPLETE');
    const manifest = await alice.manifest(reply.id);
    expect(manifest.notes).toEqual([expect.stringContaining('could not be embedded in time')]);
    expect(itemsOf(manifest, 'MEMORY')[0]).toMatchObject({ source: { id: message.id }, decision: 'INCLUDED' });
    embedder.isAway = false;
  });

  withEmbedder('that hangs, and does not listen, costs no turn either', async ({ app, alice, embedder }) => {
    const { session, message } = await alice.turn('My knee hurts when I run downhill.');
    await app.idle();
    embedder.isHanging = true;
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    expect(reply.status).toBe('COMPLETE');
    const manifest = await alice.manifest(reply.id);
    expect(manifest.notes).toEqual([expect.stringContaining('could not be embedded in time')]);
    expect(itemsOf(manifest, 'MEMORY')[0].source.id).toBe(message.id);
    embedder.isHanging = false;
    embedder.gate.releaseAll();
    await app.idle();
  });
});

describe('condensing', () => {
  /** Memory holds more than the recent turns, and all of it is condensed. */
  const condensing = test.extend({ options: { env: { SUMMARIZE: 'always', RECENT_TURNS: '1' } } });
  const isCondensing = (body: { messages: { content: string }[] }) =>
    body.messages[0]?.content.startsWith('You condense') ?? false;
  const summaries = (app: TestApp) => app.model.chats.filter(({ body }) => isCondensing(body));

  /** A session whose knee is out of sight; the model condenses as told. */
  async function kneeSession(app: TestApp, viewer: TestViewer, condense: ModelAnswer) {
    app.model.otherwise(answers(({ body }) => (isCondensing(body) ? condense : says('Well.'))));
    const { session, message } = await viewer.turn('My knee hurts when I run downhill.');
    await viewer.turn('The budget meeting was long.', { sessionId: session.id });
    await app.idle();
    return { session, message };
  }

  condensing('puts in the prompt what the model made of the passages, and counts it apart', async ({ app, alice }) => {
    const { session, message } = await kneeSession(app, alice, says('[1] knee hurts ', 'going down'));
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    const manifest = await alice.manifest(reply.id);
    expect(manifest.sections.find((section: Data) => section.kind === 'MEMORY').summarized).toBe(true);
    expect(itemsOf(manifest, 'MEMORY')[0].source.id).toBe(message.id);
    expect(JSON.stringify(app.model.chats.at(-1)?.body.messages)).toContain('knee hurts going down');
    expect(JSON.stringify(manifest.messages)).toContain('knee hurts going down');
    await app.idle();
    const purposes = await sql(
      app,
      'select purpose, sum(output_tokens) as written from usage_entry group by purpose order by 1',
    );
    expect(purposes).toMatchObject([
      { purpose: 'CHAT', written: 3 },
      { purpose: 'EMBEDDING', written: 0 },
      { purpose: 'SUMMARY', written: 2 },
      { purpose: 'TITLE', written: 1 },
    ]);
    expect(reply.usage.outputTokens).toBe(1);
  });

  condensing('is not done again when the same question is', async ({ app, alice }) => {
    const { session } = await kneeSession(app, alice, says('[1] knee hurts going down'));
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    await app.idle();
    const before = summaries(app).length;
    const successor = await alice.retry(reply.id);
    await alice.follow(successor.id);
    expect(before).toBeGreaterThan(0);
    expect(summaries(app)).toHaveLength(before);
    expect(JSON.stringify(app.model.chats.at(-1)?.body.messages)).toContain('knee hurts going down');
    const [first, second] = [await alice.manifest(reply.id), await alice.manifest(successor.id)];
    expect(second.messages).toEqual(first.messages);
    expect(second.requestHash).toBe(first.requestHash);
  });

  condensing.for([
    ['fails', fails(400)],
    ['makes nothing of it', says('Your knee hurts.')],
    ['is late', stallsAfter('[1] knee')],
  ] as const)('that %s leaves the excerpts, with a note', async ([, answer], { app, alice }) => {
    const { session, message } = await kneeSession(app, alice, answer);
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    expect(reply).toMatchObject({ status: 'COMPLETE', content: 'Well.' });
    const manifest = await alice.manifest(reply.id);
    expect(manifest.notes).toEqual([expect.stringContaining('could not be condensed in time')]);
    expect(manifest.sections.find((section: Data) => section.kind === 'MEMORY').summarized).toBe(false);
    expect(itemsOf(manifest, 'MEMORY')[0]).toMatchObject({ source: { id: message.id }, decision: 'INCLUDED' });
    expect(await sql(app, 'select * from summary')).toEqual([]);
  });

  condensing('is not waited for when the reply is cancelled', async ({ app, alice }) => {
    const gate = createGate();
    const { session } = await kneeSession(app, alice, slowly(['[1] knee'], gate));
    const before = summaries(app).length;
    const { reply } = await alice.send('What of my knee?', { sessionId: session.id });
    await expect.poll(() => summaries(app).length).toBe(before + 1);
    expect(await alice.cancel(reply.id)).toMatchObject({ status: 'CANCELLED', content: '' });
    expect(await summaries(app).at(-1)?.ended).toBe(true);
    gate.releaseAll();
  });

  condensing('is logged with the steps of the turn, and none of them says what was said', async ({ app, alice }) => {
    const { session } = await kneeSession(app, alice, says('[1] knee hurts going down'));
    app.lines.length = 0;
    const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
    await app.idle();
    const named = (message: string) =>
      app.lines.filter((line) => line.message === message).map(({ details }) => details);
    const ms = expect.any(Number);
    expect(named('retrieval')).toEqual([expect.objectContaining({ sessionId: session.id, hits: ms, embeddingMs: ms })]);
    expect(named('condensed')).toEqual([expect.objectContaining({ sessionId: session.id, hits: ms })]);
    expect(named('prompt')).toEqual([expect.objectContaining({ usedTokens: ms, budgetTokens: ms })]);
    expect(named('model called')).toEqual([
      expect.objectContaining({ replyId: reply.id, model: 'test-model', outputTokens: 1, firstDeltaMs: ms }),
    ]);
    expect(named('reply ended')).toEqual([
      expect.objectContaining({ replyId: reply.id, status: 'COMPLETE', length: 5, ms }),
    ]);
    expect(named('embedded')[0]).toMatchObject({ messages: ms, chunks: ms, inputTokens: ms });

    app.model.otherwise(fails(500));
    await alice.turn('And of the budget?', { sessionId: session.id });
    await app.idle();
    expect(messagesOf(app)).toContain('the model failed');
    const log = JSON.stringify(app.lines);
    for (const word of ['knee', 'budget meeting', 'Well', 'downhill']) expect(log).not.toContain(word);
  });

  test('a turn without memory says why it was not searched', async ({ app, alice }) => {
    const session = await alice.createSession({ longTermMemory: false });
    await alice.turn('My knee hurts.', { sessionId: session.id });
    const [retrieval] = app.lines.filter((line) => line.message === 'retrieval');
    expect(retrieval?.details).toMatchObject({ sessionId: session.id, skipped: 'memory is off', hits: 0 });
  });
});
