import { createClient } from 'graphql-ws';
import { describe, expect, vi } from 'vitest';
import WebSocket from 'ws';
import { type TestApp, test } from '../support/app.ts';
import { answers, createGate, fails, type Gate, says, slowly } from '../support/model-answers.ts';
import type { Data, TestViewer, Turn } from '../support/test-viewer.ts';

const conflict = { code: 'CONFLICT', message: 'This idempotency key was used for another request.' };
const inProgress = (replyId: string) => ({
  code: 'REPLY_IN_PROGRESS',
  replyId,
  message: 'A reply is being written in this session. Wait for its end, or cancel it.',
});

/** Replies go on until the gate opens. */
function holdReplies(app: TestApp): Gate {
  const gate = createGate();
  app.model.otherwise(slowly(['Yes.'], gate));
  return gate;
}

async function release(app: TestApp, gate: Gate): Promise<void> {
  gate.releaseAll();
  await app.idle();
}

const idsOf = ({ session, message, reply }: Turn) => [session.id, message.id, reply.id];

const totals = async (viewer: TestViewer) => {
  const { nodes, totalCount } = await viewer.sessions({ filter: { state: 'ALL' } }, 'messageCount updatedAt title');
  return { nodes, totalCount };
};

describe('a message', () => {
  test('without a session begins one, with the wishes that came along', async ({ alice }) => {
    const newSession = { title: 'Work', tags: ['a'], model: 'other-model', instructions: 'Be brief.' };
    const { session, reply } = await alice.turn('Hello', { newSession });
    expect(session).toMatchObject({ ...newSession, titleIsAutomatic: false, messageCount: 2 });
    expect(reply).toMatchObject({ model: 'other-model', status: 'COMPLETE' });
  });

  test('to a session takes the next two places there', async ({ alice }) => {
    const { id } = await alice.createSession();
    for (const seq of [1, 3, 5]) {
      const { session, message, reply } = await alice.turn(`Message ${seq}`, { sessionId: id });
      expect(session).toMatchObject({ id, messageCount: seq + 1 });
      expect([message.seq, reply.seq]).toEqual([seq, seq + 1]);
      expect(reply.replyTo.id).toBe(message.id);
    }
  });

  test('is answered while its reply is still to be written', async ({ app, alice }) => {
    const gate = holdReplies(app);
    const { session, message, reply } = await alice.send('Hello');
    expect(message).toMatchObject({ status: 'COMPLETE', content: 'Hello' });
    expect(reply).toMatchObject({ content: '', endedAt: null });
    expect(['PENDING', 'STREAMING']).toContain(reply.status);
    expect(session.runningReply.id).toBe(reply.id);
    await release(app, gate);
  });

  test('to a session of another viewer, or of nobody, is not found', async ({ alice, bob }) => {
    const { id } = await bob.createSession();
    const notFound = { code: 'NOT_FOUND', message: 'No such session.' };
    await expect(alice.send('Hello', { sessionId: id })).rejects.toMatchObject(notFound);
    await expect(
      alice.send('Hello', { sessionId: '018f0000-0000-7000-8000-000000000000', idempotencyKey: 'k' }),
    ).rejects.toMatchObject(notFound);
    expect(await alice.sessions()).toMatchObject({ totalCount: 0 });
    expect(await bob.session(id)).toMatchObject({ messageCount: 0 });
  });

  test('says either to which session it goes, or of which kind the new one is', async ({ alice }) => {
    const session = await alice.createSession();
    await expect(alice.send('Hello', { sessionId: session.id, newSession: { title: 'x' } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: { newSession: expect.stringContaining('sessionId') },
    });
    expect(await alice.session(session.id)).toEqual(session);
    expect((await alice.sessions()).totalCount).toBe(1);
  });

  test('may be null where it may be absent', async ({ alice }) => {
    const { session } = await alice.turn('Hello', { sessionId: null, newSession: null, idempotencyKey: null });
    await alice.turn('Hello', { sessionId: session.id, newSession: null });
    expect(await alice.session(session.id)).toMatchObject({ messageCount: 4 });
  });

  test('that no prompt has room for is refused with the numbers, and nothing of it is stored', async ({ alice }) => {
    // A letter of three tokens.
    const letter = 'ꙮ';
    const { id } = await alice.createSession();
    const verbose = await alice.createSession({ instructions: letter.repeat(8_000) });
    const before = await totals(alice);
    for (const [content, where] of [
      [letter.repeat(32_000), { sessionId: id }],
      [letter.repeat(32_000), {}],
      ['Hello', { sessionId: verbose.id }],
      ['Hello', { newSession: { instructions: letter.repeat(8_000) } }],
    ] as const) {
      const error = await alice.send(content, { ...where, idempotencyKey: 'k' }).catch((thrown: Data) => thrown);
      expect(error).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: 'The message and the instructions are too long for the model together.',
      });
      expect(error.tokens).toBeGreaterThan(error.budgetTokens);
      expect(error.budgetTokens).toBeGreaterThan(10_000);
    }
    expect(await totals(alice)).toEqual(before);
    // The key is still free.
    await alice.turn('Hello', { sessionId: id, idempotencyKey: 'k' });
  });
});

describe('the title', () => {
  const titleOf = async (alice: TestViewer, content: string) => (await alice.turn(content)).session;

  test('is the first words of the first message, and stays so', async ({ alice }) => {
    const { id } = await alice.createSession();
    expect((await alice.turn('  My knee\n hurts.', { sessionId: id })).session.title).toBe('My knee hurts.');
    const { session } = await alice.turn('And my back.', { sessionId: id });
    expect(session).toMatchObject({ title: 'My knee hurts.', titleIsAutomatic: true });
  });

  test('is cut between words, and never in a character', async ({ alice }) => {
    const long = await titleOf(alice, 'I would like to talk about my sister, who has moved to another city.');
    expect(long.title).toBe('I would like to talk about my sister, who has moved to…');
    const emoji = await titleOf(alice, `a${'🙂'.repeat(60)}`);
    expect(emoji.title).toMatch(/^a(🙂)+…$/u);
    expect(emoji.title.isWellFormed()).toBe(true);
    expect((await titleOf(alice, '-'.repeat(100))).title).not.toBe('');
  });

  test('is not taken from a message to a session that has a name', async ({ alice }) => {
    const { session } = await alice.turn('Hello', { newSession: { title: 'Mine' } });
    expect(session).toMatchObject({ title: 'Mine', titleIsAutomatic: false });
  });
});

describe('waiting', () => {
  test('gives the reply whatever it ended as', async ({ app, alice }) => {
    app.model.next(says('Breathe.'), fails(400));
    const { session, reply } = await alice.turn('Hello');
    expect(reply).toMatchObject({ status: 'COMPLETE', content: 'Breathe.', usage: { outputTokens: 1 } });
    const failed = await alice.turn('Again', { sessionId: session.id });
    expect(failed.reply).toMatchObject({ status: 'FAILED', error: { code: expect.any(String) } });
    expect(failed.session.runningReply).toBeNull();

    const gate = holdReplies(app);
    const cancelled = alice.turn('Once more', { sessionId: session.id });
    await expect.poll(async () => (await alice.session(session.id)).runningReply).not.toBeNull();
    await alice.cancel((await alice.session(session.id)).runningReply.id);
    expect((await cancelled).reply).toMatchObject({ status: 'CANCELLED' });
    gate.releaseAll();
  });

  test('ends when the client hangs up, and the reply goes on', async ({ app, alice }) => {
    const gate = holdReplies(app);
    const leaving = new AbortController();
    const answer = fetch(`${app.url}/graphql`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', authorization: alice.authorization ?? '' },
      body: JSON.stringify({
        query: 'mutation { sendMessage(input: { content: "Hello", wait: true }) { reply { id } } }',
      }),
    });
    await expect.poll(() => app.running.replies.all().length).toBe(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await release(app, gate);

    const { nodes } = await alice.sessions({}, 'messageCount messages { nodes { status content } }');
    expect(nodes).toMatchObject([
      { messages: { nodes: [{ content: 'Hello' }, { status: 'COMPLETE', content: 'Yes.' }] } },
    ]);
  });

  test('ends when the server stops', async ({ app, alice }) => {
    const gate = holdReplies(app);
    const waited = alice.turn('Hello');
    await expect.poll(() => app.running.replies.all().length).toBe(1);
    const ended = app.running.endReplies(0);
    const { reply } = await waited;
    expect(['PENDING', 'STREAMING', 'FAILED']).toContain(reply.status);
    await ended;
    await expect(alice.send('More')).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The server is stopping. Try again in a moment.',
    });
    gate.releaseAll();
    expect((await alice.message(reply.id)).error).toMatchObject({ code: 'INTERRUPTED', retryable: true });
  });
});

describe('while a reply is being written', () => {
  test('one of ten messages at once gets through, and the others learn what is in their way', async ({
    app,
    alice,
  }) => {
    const gate = holdReplies(app);
    const { id } = await alice.createSession();
    const sent = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => alice.send(`Message ${n}`, { sessionId: id })),
    );
    const [first] = sent.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = sent.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toHaveLength(9);
    for (const reason of refused) expect(reason).toMatchObject(inProgress(first?.reply.id));
    expect(await alice.session(id)).toMatchObject({ messageCount: 2, title: first?.message.content });
    await release(app, gate);

    const next = await alice.turn('Next', { sessionId: id });
    expect([next.message.seq, next.reply.seq]).toEqual([3, 4]);
    const { nodes } = await alice.messages(id);
    expect(nodes.map(({ seq }: Data) => seq)).toEqual([1, 2, 3, 4]);
    expect(app.model.chats).toHaveLength(2);
    // A client's double click is no fault of the server.
    expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a message that is not valid is told so first', async ({ app, alice }) => {
    const gate = holdReplies(app);
    const { session } = await alice.send('Hello');
    await expect(alice.send(' ', { sessionId: session.id })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await release(app, gate);
  });

  test('messages of ten sessions go each their way', async ({ app, alice }) => {
    app.model.otherwise(answers(({ body }) => says(`You said: ${body.messages.at(-1)?.content}`)));
    const turns = await Promise.all(Array.from({ length: 10 }, (_, n) => alice.turn(`Matter ${n}`)));
    for (const [n, { session, reply }] of turns.entries()) {
      expect(reply.content).toContain(`Matter ${n}`);
      expect(session.messageCount).toBe(2);
    }
    expect((await alice.sessions()).totalCount).toBe(10);
  });

  test('senders that try again all get through, and no place is left out or given twice', async ({ app, alice }) => {
    app.model.otherwise(says('Yes.'));
    const { id } = await alice.createSession();
    const insist = async (content: string) => {
      for (;;) {
        const sent = await alice.turn(content, { sessionId: id }).catch((error: Data) => error);
        if (sent.reply) return;
        expect(sent).toMatchObject({ code: 'REPLY_IN_PROGRESS', replyId: expect.any(String) });
        await alice.follow(sent.replyId);
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, n) => insist(`Message ${n}`)));
    const { nodes } = await alice.messages(id);
    expect(nodes.map(({ seq }: Data) => seq)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect(nodes.map(({ role }: Data) => role)).toEqual(Array.from({ length: 6 }, () => ['USER', 'ASSISTANT']).flat());
    expect(new Set(nodes.filter(({ role }: Data) => role === 'USER').map(({ content }: Data) => content)).size).toBe(6);
  });
});

describe('an idempotency key', () => {
  test('makes ten requests that come in one breath, over a socket, into one turn', async ({ app, alice }) => {
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: alice.authorization },
    });
    const query = `mutation { sendMessage(input: { content: "Hello", idempotencyKey: "k" }) {
      session { id } message { id } reply { id } } }`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await client.iterate<Data>({ query }).next()).value),
    );
    await client.dispose();
    await app.idle();
    for (const answer of answers) expect(answer).toEqual({ data: { sendMessage: expect.anything() } });
    expect(new Set(answers.map(({ data }) => JSON.stringify(idsOf(data.sendMessage)))).size).toBe(1);
    expect((await alice.sessions()).totalCount).toBe(1);
    expect(app.model.chats).toHaveLength(1);
  });

  test('makes ten requests at once into one turn', async ({ app, alice }) => {
    const { id } = await alice.createSession();
    for (const where of [{ sessionId: id }, {}, { newSession: { title: 'New', tags: ['a'] } }]) {
      const idempotencyKey = JSON.stringify(where);
      const asked = app.model.chats.length;
      const turns = await Promise.all(
        Array.from({ length: 10 }, () => alice.send('Hello', { ...where, idempotencyKey })),
      );
      for (const turn of turns) expect(idsOf(turn)).toEqual(turns[0] && idsOf(turns[0]));
      await app.idle();
      expect(app.model.chats).toHaveLength(asked + 1);
      expect((await alice.messages(turns[0]?.session.id)).totalCount).toBe(2);
    }
    expect((await alice.sessions()).totalCount).toBe(3);
  });

  test('gives the first result again, as it has become, also to one who waits', async ({ app, alice }) => {
    const gate = holdReplies(app);
    const first = await alice.send('Hello', { idempotencyKey: 'k' });
    const again = await alice.send('Hello', { idempotencyKey: 'k' });
    expect(idsOf(again)).toEqual(idsOf(first));
    const waited = alice.turn('Hello', { idempotencyKey: 'k' });
    gate.releaseAll();
    const { reply } = await waited;
    expect(reply).toMatchObject({ id: first.reply.id, status: 'COMPLETE', content: 'Yes.' });
    await alice.updateSession({ id: first.session.id, title: 'Renamed' });
    expect(await alice.send('Hello', { idempotencyKey: 'k' })).toMatchObject({
      session: { title: 'Renamed' },
      reply: { content: 'Yes.' },
    });
  });

  test('takes null for absent', async ({ alice }) => {
    const first = await alice.turn('Hello', { idempotencyKey: 'k' });
    const again = await alice.turn('Hello', { idempotencyKey: 'k', sessionId: null, newSession: null });
    expect(idsOf(again)).toEqual(idsOf(first));
  });

  test('used for anything else is a conflict, and sends nothing', async ({ app, alice }) => {
    const { session } = await alice.turn('Hello', { idempotencyKey: 'k', newSession: { title: 'A' } });
    const other = await alice.createSession();
    const asked = app.model.chats.length;
    const before = await totals(alice);
    for (const [content, where] of [
      ['Hello!', { newSession: { title: 'A' } }],
      ['Hello', { newSession: { title: 'B' } }],
      ['Hello', {}],
      ['Hello', { sessionId: session.id }],
      ['Hello', { sessionId: other.id }],
      // What would not be valid conflicts as well: the key is looked up first.
      ['', { newSession: { title: 'A' } }],
      ['\uD800', {}],
      ['Hello', { sessionId: session.id, newSession: { title: 'A' } }],
      ['Hello', { sessionId: 'nonsense' }],
    ] as const)
      await expect(alice.send(content, { ...where, idempotencyKey: 'k' })).rejects.toMatchObject(conflict);
    await app.idle();
    expect(app.model.chats).toHaveLength(asked);
    expect(await totals(alice)).toEqual(before);
  });

  test('is looked up before a running reply is in the way', async ({ app, alice }) => {
    const { id } = await alice.createSession();
    const first = await alice.turn('One', { sessionId: id, idempotencyKey: 'one' });
    const gate = holdReplies(app);
    const second = await alice.send('Two', { sessionId: id });
    expect(idsOf(await alice.send('One', { sessionId: id, idempotencyKey: 'one' }))).toEqual(idsOf(first));
    await expect(alice.send('Other', { sessionId: id, idempotencyKey: 'one' })).rejects.toMatchObject(conflict);
    await expect(alice.send('Three', { sessionId: id, idempotencyKey: 'three' })).rejects.toMatchObject(
      inProgress(second.reply.id),
    );
    await release(app, gate);
    // What was refused has not used its key.
    const third = await alice.turn('Three', { sessionId: id, idempotencyKey: 'three' });
    expect(third.message.seq).toBe(5);
  });

  test('is looked up before the server says that it stops', async ({ app, alice }) => {
    const first = await alice.turn('Hello', { idempotencyKey: 'k' });
    await app.running.endReplies(0);
    expect(idsOf(await alice.send('Hello', { idempotencyKey: 'k' }))).toEqual(idsOf(first));
  });

  test('answers NOT_FOUND once its session is deleted, also after a purge, and is never free again', async ({
    alice,
  }) => {
    const deleted = { code: 'NOT_FOUND', message: 'What this request wrote is deleted.' };
    const first = await alice.turn('Hello', { idempotencyKey: 'k' });
    await alice.remove(first.session.id);
    await expect(alice.send('Hello', { idempotencyKey: 'k' })).rejects.toMatchObject(deleted);
    await alice.restore(first.session.id);
    expect(idsOf(await alice.send('Hello', { idempotencyKey: 'k' }))).toEqual(idsOf(first));
    await alice.remove(first.session.id, true);
    await expect(alice.send('Hello', { idempotencyKey: 'k' })).rejects.toMatchObject(deleted);
    await expect(alice.send('Hello?', { idempotencyKey: 'k' })).rejects.toMatchObject(conflict);
    expect((await alice.sessions({ filter: { state: 'ALL' } })).totalCount).toBe(0);
  });

  test('means to each viewer their own request', async ({ alice, bob }) => {
    const [hers, his] = await Promise.all([
      alice.turn('Hello', { idempotencyKey: 'k' }),
      bob.turn('Hi', { idempotencyKey: 'k' }),
    ]);
    expect(hers.session.id).not.toBe(his.session.id);
    expect(idsOf(await bob.send('Hi', { idempotencyKey: 'k' }))).toEqual(idsOf(his));
    await expect(bob.send('Hello', { idempotencyKey: 'k' })).rejects.toMatchObject(conflict);
  });

  test('still gives the first reply after it was retried', async ({ app, alice }) => {
    const first = await alice.turn('Hello', { idempotencyKey: 'k' });
    const second = await alice.retry(first.reply.id);
    await app.idle();
    const again = await alice.turn('Hello', { idempotencyKey: 'k' });
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again.reply.supersededBy.id).toBe(second.id);
  });

  test('does not keep two different requests at once from being told apart', async ({ app, alice }) => {
    const sent = await Promise.allSettled(['A', 'B'].map((content) => alice.send(content, { idempotencyKey: 'k' })));
    expect(sent.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const each of sent) if (each.status === 'rejected') expect(each.reason).toMatchObject(conflict);
    await app.idle();
    await vi.waitFor(() => expect(app.model.chats).toHaveLength(1));
    expect((await alice.sessions()).totalCount).toBe(1);
  });
});
