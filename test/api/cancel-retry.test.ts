import { describe, expect } from 'vitest';
import { retryReply } from '../../src/chat/messages/retry-reply.ts';
import { forkEm } from '../../src/db/orm.ts';
import { createContext } from '../../src/http/create-context.ts';
import type { ChatProvider } from '../../src/models/chat-model.ts';
import { type TestApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { createGate, disconnectsAfter, fails, says, slowly } from '../support/model-answers.ts';
import { refuse } from '../support/refuse.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

/** A dash, in which the model server names a session. */
const TITLE_TOKENS = 1;
const UNKNOWN_ID = '01999999-9999-7999-8999-999999999999';

const sql = (app: TestApp, statement: string): Promise<Data[]> => forkEm(app.running.orm).execute(statement);

/** A reply of which the first text has come; the rest, then the end, wait for the gate. */
async function begunReply(app: TestApp, viewer: TestViewer, texts = ['Half', ' of it'], input: object = {}) {
  const gate = createGate();
  app.model.next(slowly(texts, gate));
  const turn = await viewer.send('Shall I go on?', input);
  gate.release();
  await expect.poll(() => viewer.message(turn.reply.id).then((reply) => reply.content)).toBe(texts[0]);
  return { ...turn, gate };
}

/** The code of the error that it must come to. */
const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const failure: { code?: string } = await promise.then(
    () => ({ code: 'none' }),
    (error: { code?: string }) => error,
  );
  return failure.code ?? String(failure);
};

describe('cancelling a reply', () => {
  test('keeps what was written, ends the request to the model and tells the readers', async ({ app, alice }) => {
    const { session, reply, gate } = await begunReply(app, alice);
    const readers = [alice.follow(reply.id, 0, 'ws'), alice.follow(reply.id, 0, 'sse')];
    const cancelled = await alice.cancel(reply.id);
    expect(cancelled).toMatchObject({ status: 'CANCELLED', content: 'Half', error: null, endedAt: expect.any(String) });
    expect(await app.model.chats[0]?.ended).toBe(true);
    for (const { text, events } of await Promise.all(readers)) {
      expect(text).toBe('Half');
      expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toMatchObject([
        { __typename: 'ReplyCancelled', message: { id: reply.id, content: 'Half' } },
      ]);
    }
    gate.releaseAll();
    await app.idle();
    expect(await alice.message(reply.id)).toMatchObject({ status: 'CANCELLED', content: 'Half', memory: 'INDEXED' });
    expect((await alice.session(session.id)).runningReply).toBeNull();
  });

  test('counts what was written until then', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice);
    const { usage } = await alice.cancel(reply.id);
    gate.releaseAll();
    expect(usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: 1 });
    expect(usage.inputTokens).toBe((await alice.manifest(reply.id)).usedTokens);
  });

  test('before its first text leaves it empty, and makes room for the next', async ({ app, alice }) => {
    const gate = createGate();
    app.model.next(slowly(['Too late'], gate));
    const { session, reply } = await alice.send('Shall I go on?');
    await expect.poll(() => app.model.chats.length).toBe(1);
    expect(await alice.cancel(reply.id)).toMatchObject({
      status: 'CANCELLED',
      content: '',
      usage: { outputTokens: 0 },
    });
    gate.releaseAll();
    const next = await alice.turn('And now?', { sessionId: session.id });
    expect(next.reply.status).toBe('COMPLETE');
    expect((await alice.follow(reply.id)).events.map((event) => event.__typename)).toEqual(['ReplyCancelled']);
  });

  test('again, at once or later, changes nothing', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice);
    const [one, other] = await Promise.all([alice.cancel(reply.id), alice.cancel(reply.id)]);
    // It may be embedded between the two answers.
    expect({ ...one, memory: null }).toEqual({ ...other, memory: null });
    gate.releaseAll();
    await app.idle();
    expect(await alice.cancel(reply.id)).toEqual({ ...one, memory: 'INDEXED' });
  });

  test('that has ended gives it as it is', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('I cannot sleep.');
    await app.idle();
    const complete = await alice.message(reply.id);
    expect(await alice.cancel(reply.id)).toEqual(complete);
    app.model.next(disconnectsAfter('Half'));
    const { reply: failed } = await alice.turn('Still not.', { sessionId: session.id });
    expect(await alice.cancel(failed.id)).toEqual(failed);
    expect(failed.status).toBe('FAILED');
    expect((await alice.cancel(failed.id)).endedAt).toBe(failed.endedAt);
  });

  test('at the last moment may find it complete', async ({ app, alice }) => {
    const atEnd = { table: 'chat_message', before: 'update', when: "new.status = 'COMPLETE'" } as const;
    const takeAgain = await refuse(app.running, atEnd);
    app.model.next(says('All of it.'));
    const { reply } = await alice.send('Shall I go on?');
    await expect
      .poll(() => app.lines.map((line) => line.message))
      .toContain('a reply could not be settled, trying again');
    const cancelled = alice.cancel(reply.id);
    await expect
      .poll(() => sql(app, 'select 1 from chat_message where cancel_requested_at is not null'))
      .toHaveLength(1);
    await takeAgain();
    expect(await cancelled).toMatchObject({ status: 'COMPLETE', content: 'All of it.', usage: { outputTokens: 1 } });
    expect((await alice.follow(reply.id)).events.at(-1).__typename).toBe('ReplyCompleted');
  });

  test('is refused for what is no reply, or not the viewer’s, or deleted', async ({ app, alice, bob }) => {
    const { session, message, reply, gate } = await begunReply(app, alice);
    expect(await codeOf(alice.cancel(message.id))).toBe('BAD_USER_INPUT');
    expect(await codeOf(alice.cancel('nonsense'))).toBe('NOT_FOUND');
    expect(await codeOf(alice.cancel(UNKNOWN_ID))).toBe('NOT_FOUND');
    expect(await codeOf(bob.cancel(reply.id))).toBe('NOT_FOUND');
    expect((await alice.message(reply.id)).status).toBe('STREAMING');
    gate.releaseAll();
    await app.idle();
    await alice.remove(session.id);
    expect(await codeOf(alice.cancel(reply.id))).toBe('NOT_FOUND');
  });
});

/** Says two words and then nothing more, whatever it is told. */
const deafModel: ChatProvider = {
  kind: 'OPENAI',
  models: [
    {
      id: 'deaf',
      contextWindowTokens: 16_000,
      async *stream() {
        yield { type: 'text', text: 'Two words' };
        await new Promise(() => {});
      },
    },
  ],
  problem: async () => null,
};
const deaf = test.extend({ options: { chat: deafModel } });

deaf('a model that does not listen is not waited for', async ({ alice }) => {
  const { reply } = await alice.send('Shall I go on?');
  await expect.poll(() => alice.message(reply.id).then(({ content }) => content)).toBe('Two words');
  expect(await alice.cancel(reply.id)).toMatchObject({ status: 'CANCELLED', content: 'Two words' });
});

/** Deaf to its signal, and held up by the test once that is wanted. */
class HeldEmbedder extends HashingEmbedder {
  readonly gate = createGate();
  isHeld = false;
  override before = () => (this.isHeld ? this.gate.pass() : undefined);
}

/** Memory is asked for every question, and its embedder may be held up. */
const held = test
  .extend<{ embedder: HeldEmbedder }>({
    // biome-ignore lint/correctness/noEmptyPattern: how vitest is told that it needs no other fixture
    embedder: async ({}, use) => use(new HeldEmbedder()),
  })
  .extend({ options: async ({ embedder }, use) => use({ embedder, env: { RECENT_TURNS: '0' } }) });

async function pendingReply(app: TestApp, viewer: TestViewer, embedder: HeldEmbedder) {
  const { session } = await viewer.turn('My knee hurts when I run downhill.');
  await app.idle();
  embedder.isHeld = true;
  const before = embedder.calls.length;
  const { reply } = await viewer.send('What of my knee?', { sessionId: session.id });
  await expect.poll(() => embedder.calls.slice(before).flat()).toContain('What of my knee?');
  return { session, reply };
}

held('while memory is searched, the embedder is not waited for', async ({ app, alice, embedder }) => {
  const { reply } = await pendingReply(app, alice, embedder);
  expect((await alice.message(reply.id)).status).toBe('PENDING');
  expect(await alice.cancel(reply.id)).toMatchObject({ status: 'CANCELLED', content: '' });
  expect(app.model.chats).toHaveLength(1);
  expect(await alice.manifest(reply.id)).toBeNull();
  embedder.isHeld = false;
  embedder.gate.releaseAll();
  await app.idle();
});

held(
  'a reply that another process was told to cancel does not begin, and is cancelled',
  async ({ app, alice, embedder }) => {
    const { reply } = await pendingReply(app, alice, embedder);
    await sql(app, `update chat_message set cancel_requested_at = created_at where id = '${reply.id}'`);
    embedder.isHeld = false;
    embedder.gate.releaseAll();
    await app.idle();
    expect(await alice.message(reply.id)).toMatchObject({ status: 'CANCELLED', content: '', error: null });
    expect(app.model.chats).toHaveLength(1);
  },
);

describe('retrying a reply', () => {
  test('writes it again after it; the earlier one stays, superseded', async ({ app, alice }) => {
    app.model.next(says('First try.'), says('Second ', 'try.'));
    const { session, message, reply } = await alice.turn('I cannot sleep.');
    const successor = await alice.retry(reply.id);
    expect(successor).toMatchObject({ seq: 3, role: 'ASSISTANT', replyTo: { id: message.id }, supersededBy: null });
    expect(successor.id).not.toBe(reply.id);
    const { text } = await alice.follow(successor.id);
    expect(text).toBe('Second try.');
    const { nodes } = await alice.messages(session.id);
    expect(nodes).toMatchObject([
      { seq: 1, content: 'I cannot sleep.' },
      { seq: 2, status: 'COMPLETE', content: 'First try.', supersededBy: { id: successor.id } },
      { seq: 3, status: 'COMPLETE', content: 'Second try.', usage: { outputTokens: 2 } },
    ]);
    expect((await alice.session(session.id)).messageCount).toBe(3);
  });

  test('asks the model the question once, and does not show it the earlier reply', async ({ app, alice }) => {
    app.model.next(says('A kumquat a day.'), says('First try, with marzipan.'), says('Second try.'));
    const { session } = await alice.turn('What should I eat?');
    const { reply } = await alice.turn('I cannot sleep.', { sessionId: session.id });
    await app.idle();
    const successor = await alice.retry(reply.id);
    await alice.follow(successor.id);
    const sent = app.model.chats[2]?.body.messages.map(({ content }) => content).join('\n') ?? '';
    expect(sent.split('I cannot sleep.')).toHaveLength(2);
    expect(sent).toContain('kumquat');
    expect(sent).not.toContain('marzipan');
    const manifest = await alice.manifest(successor.id);
    expect(itemsOf(manifest, 'USER_MESSAGE')).toMatchObject([{ excerpt: 'I cannot sleep.' }]);
    expect(JSON.stringify(manifest)).not.toContain('marzipan');
  });

  test('takes the earlier one out of memory and of later prompts, and keeps what it was based on', async ({
    app,
    alice,
  }) => {
    app.model.next(says('Try marzipan at night.'), says('Try warm milk.'));
    const { session, reply } = await alice.turn('I cannot sleep.');
    await app.idle();
    expect(await alice.searchMemory('marzipan')).not.toEqual([]);
    const manifest = await alice.manifest(reply.id);
    const successor = await alice.retry(reply.id);
    await alice.follow(successor.id);
    await app.idle();
    expect((await alice.searchMemory('marzipan')).map((hit) => hit.message.id)).not.toContain(reply.id);
    expect((await alice.message(reply.id)).memory).toBe('NOT_RECORDED');
    expect((await alice.message(successor.id)).memory).toBe('INDEXED');
    expect(await alice.manifest(reply.id)).toEqual(manifest);
    await alice.turn('And tomorrow?', { sessionId: session.id });
    const sent = JSON.stringify(app.model.chats.at(-1)?.body.messages);
    expect(sent).toContain('warm milk');
    expect(sent).not.toContain('marzipan');
    expect((await alice.session(session.id)).memory).toMatchObject({ failed: 0 });
  });

  test('counts both', async ({ app, alice }) => {
    app.model.next(says('a', ' b', ' c'), says('a', ' b'));
    const { session, reply } = await alice.turn('I cannot sleep.');
    await alice.follow((await alice.retry(reply.id)).id);
    await app.idle();
    expect((await alice.message(reply.id)).usage.outputTokens).toBe(3);
    expect((await alice.session(session.id)).usage.outputTokens).toBe(5 + TITLE_TOKENS);
    expect(await sql(app, "select count(*) as n from usage_entry where purpose = 'CHAT'")).toEqual([{ n: 2 }]);
  });

  test('twice, at once or later, writes once', async ({ app, alice }) => {
    const gate = createGate();
    app.model.next(says('First try.'), slowly(['Second try.'], gate));
    const { session, reply } = await alice.turn('I cannot sleep.');
    const successors = await Promise.all([alice.retry(reply.id), alice.retry(reply.id), alice.retry(reply.id)]);
    expect(new Set(successors.map(({ id }) => id)).size).toBe(1);
    expect((await alice.retry(reply.id)).id).toBe(successors[0].id);
    gate.releaseAll();
    await app.idle();
    expect((await alice.retry(reply.id)).id).toBe(successors[0].id);
    expect((await alice.session(session.id)).messageCount).toBe(3);
    expect(app.model.chats).toHaveLength(2);
  });

  test('twice in the same moment, before either is stored, writes once', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('I cannot sleep.');
    const caller = { authorization: alice.authorization, transport: 'http', requestId: 'test' } as const;
    const contexts = await Promise.all([1, 2, 3].map(() => createContext(app.running, caller)));
    const successors = await Promise.all(contexts.map((ctx) => retryReply(ctx, reply.id)));
    expect(new Set(successors.map(({ id }) => id)).size).toBe(1);
    await app.idle();
    expect((await alice.session(session.id)).messageCount).toBe(3);
    expect(app.model.chats).toHaveLength(2);
  });

  test('works for each way in which one can have ended, and again for its successor', async ({ app, alice }) => {
    const { session, reply: cancelled, gate } = await begunReply(app, alice);
    await alice.cancel(cancelled.id);
    gate.releaseAll();
    app.model.next(disconnectsAfter('Broken'), says('Well.'), says('Better.'));
    const failed = await alice.retry(cancelled.id);
    await alice.follow(failed.id);
    const complete = await alice.retry(failed.id);
    await alice.follow(complete.id);
    const last = await alice.retry(complete.id);
    expect((await alice.follow(last.id)).text).toBe('Better.');
    const { nodes } = await alice.messages(session.id);
    expect(nodes.map((node: Data) => node.status)).toEqual(['COMPLETE', 'CANCELLED', 'FAILED', 'COMPLETE', 'COMPLETE']);
    expect(nodes.map((node: Data) => node.supersededBy?.id ?? null)).toEqual([
      null,
      failed.id,
      complete.id,
      last.id,
      null,
    ]);
    const sent = JSON.stringify(app.model.chats.at(-1)?.body.messages);
    for (const text of ['Half', 'Broken', 'Well.']) expect(sent).not.toContain(text);
  });

  test('is refused while one is running, and for one that is not the last', async ({ app, alice }) => {
    const { session, reply: first } = await alice.turn('I cannot sleep.');
    const { reply, gate } = await begunReply(app, alice, undefined, { sessionId: session.id });
    await expect(alice.retry(reply.id)).rejects.toMatchObject({ code: 'REPLY_IN_PROGRESS', replyId: reply.id });
    expect(await codeOf(alice.retry(first.id))).toBe('CONFLICT');
    gate.releaseAll();
    await app.idle();
    expect(await codeOf(alice.retry(first.id))).toBe('CONFLICT');
    expect((await alice.message(first.id)).supersededBy).toBeNull();
    expect((await alice.session(session.id)).messageCount).toBe(4);
  });

  test('is refused for what is no reply, or not the viewer’s, or deleted', async ({ alice, bob }) => {
    const { session, message, reply } = await alice.turn('I cannot sleep.');
    expect(await codeOf(alice.retry(message.id))).toBe('BAD_USER_INPUT');
    expect(await codeOf(alice.retry('nonsense'))).toBe('NOT_FOUND');
    expect(await codeOf(alice.retry(UNKNOWN_ID))).toBe('NOT_FOUND');
    expect(await codeOf(bob.retry(reply.id))).toBe('NOT_FOUND');
    await alice.remove(session.id);
    expect(await codeOf(alice.retry(reply.id))).toBe('NOT_FOUND');
    expect((await alice.session(session.id)).messageCount).toBe(2);
  });

  test('and sending at once leave one reply running, and nothing is lost', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('I cannot sleep.');
    // Whichever is first must not have ended before the other arrives.
    const gate = createGate();
    app.model.otherwise(slowly(['Well.'], gate));
    const outcomes = await Promise.all([
      codeOf(alice.retry(reply.id)),
      codeOf(alice.send('Never mind.', { sessionId: session.id })),
    ]);
    gate.releaseAll();
    await app.idle();
    expect(outcomes.filter((code) => code === 'none')).toHaveLength(1);
    expect(outcomes.filter((code) => code === 'REPLY_IN_PROGRESS' || code === 'CONFLICT')).toHaveLength(1);
    const { nodes, totalCount } = await alice.messages(session.id);
    expect(nodes.map((node: Data) => node.seq)).toEqual(Array.from({ length: totalCount }, (_, at) => at + 1));
  });

  test('uses the model that the session has by then', async ({ app, alice }) => {
    app.model.next(fails(400));
    const { session, reply } = await alice.turn('I cannot sleep.');
    await alice.updateSession({ id: session.id, model: 'other-model' });
    const successor = await alice.retry(reply.id);
    await alice.follow(successor.id);
    expect((await alice.message(successor.id)).model).toBe('other-model');
    expect(app.model.chats.at(-1)?.body.model).toBe('other-model');
  });
});
