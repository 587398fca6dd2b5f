import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { createLoaders } from '../../src/chat/loaders.ts';
import { findMessage } from '../../src/chat/own.ts';
import { forkEm } from '../../src/db/orm.ts';
import { type TestApp, test } from '../support/app.ts';
import { createGate, disconnectsAfter, says, slowly } from '../support/model-answers.ts';
import { recordStatements } from '../support/record-statements.ts';
import { refuse } from '../support/refuse.ts';
import { type Data, type TestViewer, textOf } from '../support/test-viewer.ts';

const transports = ['ws', 'sse'] as const;
const forever = new AbortController().signal;

/** A reply of which the first text has come; the rest, then the end, wait for the gate. */
async function begunReply(app: TestApp, viewer: TestViewer, [first = '', ...rest]: string[]) {
  const gate = createGate();
  app.model.next(slowly([first, ...rest], gate));
  const turn = await viewer.send('Shall I go on?');
  gate.release();
  await expect.poll(() => viewer.message(turn.reply.id).then((reply) => reply.content)).toBe(first.trimEnd());
  return { ...turn, gate };
}

async function collect(from: AsyncIterable<Data>): Promise<Data[]> {
  const all: Data[] = [];
  for await (const value of from) all.push(value);
  return all;
}

const sql = (app: TestApp, statement: string): Promise<Data[]> => forkEm(app.running.orm).execute(statement);
const parts = (app: TestApp) => sql(app, 'select * from reply_part order by "offset"');
const withoutReaders = (app: TestApp, replyId: string) => app.running.replies.get(replyId)?.log.withoutReaders(forever);

describe.each(transports)('over %s', (transport) => {
  test('a reader gets what there is, what follows, and one end with the message as stored', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['Breathe ', 'in ', 'slowly.']);
    const reader = alice.replyStream(reply.id, 0, transport);
    expect((await reader.next()).value).toEqual({
      __typename: 'ReplyDelta',
      messageId: reply.id,
      offset: 0,
      text: 'Breathe',
    });
    gate.releaseAll();
    const rest = await collect(reader);
    const stored = await alice.message(reply.id);
    expect(`Breathe${textOf(rest)}`).toBe('Breathe in slowly.');
    expect(rest.filter((event) => event.__typename !== 'ReplyDelta')).toEqual([
      { __typename: 'ReplyCompleted', message: { ...stored, memory: expect.any(String) } },
    ]);
    expect(stored).toMatchObject({ status: 'COMPLETE', content: 'Breathe in slowly.', endedAt: expect.any(String) });
  });

  test('from any offset of a reply that has ended comes the rest, then the end', async ({ app, alice }) => {
    const content = 'a😀b👩‍🚀';
    app.model.next(says('a😀', 'b👩‍🚀'));
    const { reply } = await alice.turn('Draw.');
    for (let offset = 0; offset <= content.length + 1; offset += 1) {
      const { events, text } = await alice.follow(reply.id, offset, transport);
      const isInside = /[\uDC00-\uDFFF]/.test(content.charAt(offset));
      expect(text).toBe(content.slice(isInside ? offset - 1 : offset));
      expect(events.map((event) => event.__typename)).toEqual(
        offset < content.length ? ['ReplyDelta', 'ReplyCompleted'] : ['ReplyCompleted'],
      );
    }
  });

  test('an offset beyond the text waits while the reply runs', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['ab', 'cd', 'ef']);
    const ahead = alice.replyStream(reply.id, 5, transport);
    const first = ahead.next();
    const farAhead = alice.follow(reply.id, 5000, transport);
    gate.releaseAll();
    expect((await first).value).toMatchObject({ offset: 5, text: 'f' });
    expect((await collect(ahead)).map((event) => event.__typename)).toEqual(['ReplyCompleted']);
    expect((await farAhead).events.map((event) => event.__typename)).toEqual(['ReplyCompleted']);
  });

  test('what cannot be followed is an error, and never data', async ({ alice, bob }) => {
    const { message, reply } = await alice.turn('I cannot sleep.');
    const errorOf = async (viewer: TestViewer, id: string, offset = 0) => {
      const events = await collect(viewer.replyStream(id, offset, transport));
      expect(events).toEqual([{ errors: [expect.anything()] }]);
      return events[0].errors[0].extensions;
    };
    expect(await errorOf(alice, message.id)).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await errorOf(alice, reply.id, -1)).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: { fromOffset: expect.any(String) },
    });
    expect(await errorOf(alice, 'nonsense')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(bob, reply.id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(bob, message.id)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a reader that leaves changes nothing and leaves nothing behind', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['Breathe ', 'in ', 'slowly.']);
    for (let round = 0; round < 3; round += 1) {
      const reader = alice.replyStream(reply.id, 0, transport);
      await reader.next();
      await reader.return(undefined);
      await withoutReaders(app, reply.id);
    }
    const stays = alice.follow(reply.id, 0, transport);
    gate.releaseAll();
    expect((await stays).text).toBe('Breathe in slowly.');
    await app.idle();
    expect((await alice.message(reply.id)).status).toBe('COMPLETE');
    expect(app.running.bell.waiting).toBe(0);
  });

  test('one that lags reads on from where it is', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['one', ' two', ' three', ' four']);
    const reader = alice.replyStream(reply.id, 0, transport);
    const { value: first } = await reader.next();
    gate.releaseAll();
    await app.idle();
    const events = [first, ...(await collect(reader))];
    expect(textOf(events)).toBe('one two three four');
    expect(events.at(-1).__typename).toBe('ReplyCompleted');
  });

  test('each way in which a reply ended is told once, superseded or not', async ({ app, alice }) => {
    const { session, reply: cancelled, gate } = await begunReply(app, alice, ['Half', ' of it']);
    await alice.cancel(cancelled.id);
    gate.releaseAll();
    app.model.next(disconnectsAfter('Broken'));
    const retried = await alice.retry(cancelled.id);
    expect((await alice.follow(cancelled.id, 0, transport)).events).toMatchObject([
      { __typename: 'ReplyDelta', text: 'Half' },
      { __typename: 'ReplyCancelled', message: { content: 'Half', supersededBy: { id: retried.id } } },
    ]);
    const { events } = await alice.follow(retried.id, 2, transport);
    expect(textOf(events)).toBe('oken');
    expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toMatchObject([
      { __typename: 'ReplyFailed', message: { content: 'Broken', error: { code: 'MODEL_UNAVAILABLE' } } },
    ]);
    await alice.remove(session.id);
    expect((await alice.follow(retried.id, 6, transport)).events).toHaveLength(1);
  });
});

test('fifty readers from fifty places on both transports all get the same text', async ({ app, alice }) => {
  const texts = ['Sleep ', 'is 😀', ' not', ' a', ' skill', ' 👩‍🚀.'];
  const { reply, gate } = await begunReply(app, alice, ['Well. ', ...texts]);
  const content = ['Well. ', ...texts].join('');
  const readers = Array.from({ length: 50 }, (_, at) => {
    const offset = at % 12;
    const transport = at % 2 ? 'sse' : 'ws';
    return alice.follow(reply.id, offset, transport).then((followed) => ({ ...followed, offset }));
  });
  gate.releaseAll();
  for (const { text, offset, events } of await Promise.all(readers)) {
    expect(text).toBe(content.slice(offset));
    expect(events.filter((event) => event.__typename === 'ReplyCompleted')).toHaveLength(1);
  }
  await app.idle();
  expect(app.running.bell.waiting).toBe(0);
});

const piece = fc.oneof(
  fc.constantFrom('😀', '\uD83D', '\uDE00', '\0', '[1]', ' [9]', '[1, 9]', '[12', '[', '] ', ' ', '1', '👩‍🚀'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);

test('whatever a model writes, however it is cut: what is put together from deltas is what is stored', async ({
  app,
  alice,
}) => {
  const session = await alice.createSession({ longTermMemory: false });
  const written = fc.array(piece, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(written, fc.nat({ max: 20 }), fc.constantFrom(...transports), async (texts, offset, transport) => {
      app.model.next(says('Well: ', ...texts));
      const { reply } = await alice.send('Go on.', { sessionId: session.id });
      const [live, late] = await Promise.all([
        alice.follow(reply.id, 0, transport),
        alice.follow(reply.id, offset, transport),
      ]);
      const { content, status } = await alice.message(reply.id);
      expect(status).toBe('COMPLETE');
      expect(live.text).toBe(content);
      expect(live.events.at(-1).message.content).toBe(content);
      expect(live.events.filter((event) => event.text?.isWellFormed() === false)).toEqual([]);
      const isInside = /[\uDC00-\uDFFF]/.test(content.charAt(offset));
      expect(late.text).toBe(content.slice(isInside ? offset - 1 : offset));
      expect(content).not.toMatch(/\0|\[\d+(, \d+)*\]/);
    }),
    { numRuns: 30 },
  );
});

const shortSight = test.extend({ options: { env: { RECENT_TURNS: '0' } } });

shortSight('a marker stays where it names a source, and is left out with a note where not', async ({ app, alice }) => {
  const { session, message } = await alice.turn('My knee hurts when I run downhill.');
  await app.idle();
  app.model.next(says('You said [', '1', '] so [99], your', ' knee [7', '7].'));
  const { reply } = await alice.turn('What of my knee?', { sessionId: session.id });
  expect(reply.content).toBe('You said [1] so, your knee.');
  const { citations } = await alice.message(reply.id, 'citations { marker source { ... on ChatMessage { id } } }');
  expect(citations).toEqual([{ marker: 1, source: { id: message.id } }]);
  expect((await alice.manifest(reply.id)).notes.join()).toContain('2 markers');
});

describe('while a reply is written', () => {
  test('its row shows the text so far, STREAMING, and the session names it', async ({ app, alice }) => {
    const { session, reply, gate } = await begunReply(app, alice, ['Half', ' of it']);
    expect(await alice.message(reply.id)).toMatchObject({
      status: 'STREAMING',
      content: 'Half',
      endedAt: null,
      usage: null,
      error: null,
      memory: 'PENDING',
    });
    const { runningReply } = await alice.session(session.id, 'runningReply { id content status }');
    expect(runningReply).toEqual({ id: reply.id, content: 'Half', status: 'STREAMING' });
    gate.releaseAll();
    await app.idle();
    expect((await alice.session(session.id)).runningReply).toBeNull();
  });

  test('its text is persisted as it grows, and folded into the message when it ends', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['One 😀', ' two', ' three']);
    await expect.poll(() => parts(app)).toMatchObject([{ message_id: reply.id, offset: 0, text: 'One 😀' }]);
    gate.release();
    await expect.poll(() => parts(app)).toMatchObject([{ offset: 0 }, { offset: 6, text: ' two' }]);
    expect(await sql(app, "select content from chat_message where role = 'ASSISTANT'")).toEqual([{ content: '' }]);
    gate.releaseAll();
    await app.idle();
    expect(await parts(app)).toEqual([]);
    expect((await alice.message(reply.id)).content).toBe('One 😀 two three');
  });

  test('one statement persists what all replies gained', async ({ app, alice }) => {
    const executed = await recordStatements(app.running);
    const gates = Array.from({ length: 20 }, () => createGate());
    app.model.next(...gates.map((gate) => slowly(['Half', ' of it'], gate)));
    const sent = await Promise.all(gates.map(() => alice.send('Shall I go on?')));
    await expect.poll(() => app.model.chats.length).toBe(gates.length);
    // In one go, as it were from one chunk of the network.
    for (const { reply } of sent) app.running.replies.get(reply.id)?.log.append('Well. ');
    await expect.poll(async () => (await parts(app)).length).toBe(gates.length);
    expect(executed.filter(({ sql }) => /insert into reply_part/.test(sql))).toHaveLength(1);
    for (const gate of gates) gate.releaseAll();
    await app.idle();
    expect(await parts(app)).toEqual([]);
  });

  test('what the database refuses to persist is persisted with the next attempt', async ({ app, alice }) => {
    const takeAgain = await refuse(app.running, { table: 'reply_part', before: 'insert' });
    const { reply, gate } = await begunReply(app, alice, ['One', ' two']);
    const refusals = () => app.lines.filter((line) => line.message.startsWith('replies could not be persisted'));
    await expect.poll(() => refusals().length).toBeGreaterThan(1);
    await takeAgain();
    await expect.poll(() => parts(app)).toMatchObject([{ offset: 0, text: 'One' }]);
    gate.releaseAll();
    expect((await alice.follow(reply.id)).text).toBe('One two');
  });

  test('an end that the database refuses is told when it is stored, and once', async ({ app, alice }) => {
    const atEnd = { table: 'chat_message', before: 'update', when: "new.status = 'COMPLETE'" } as const;
    const takeAgain = await refuse(app.running, atEnd);
    const { reply, gate } = await begunReply(app, alice, ['One', ' two']);
    const followed = alice.follow(reply.id);
    gate.releaseAll();
    await expect
      .poll(() => app.lines.map((line) => line.message))
      .toContain('a reply could not be settled, trying again');
    expect(await alice.message(reply.id)).toMatchObject({ status: 'STREAMING', content: 'One two' });
    await takeAgain();
    const { text, events } = await followed;
    expect(text).toBe('One two');
    expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toMatchObject([
      { __typename: 'ReplyCompleted', message: { content: 'One two', usage: { outputTokens: 2 } } },
    ]);
    expect(await sql(app, "select count(*) as n from usage_entry where purpose = 'CHAT'")).toEqual([{ n: 1 }]);
    expect(await parts(app)).toEqual([]);
  });

  test('a reader of one that another process took over reads on from the rows to the end', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app, alice, ['One']);
    const reader = alice.replyStream(reply.id);
    await reader.next();
    await expect.poll(() => parts(app)).toHaveLength(1);
    await sql(app, "update chat_message set lease_owner = 'another' where status = 'STREAMING'");
    const rest = collect(reader);
    gate.releaseAll();
    await app.running.replies.idle();
    expect(await alice.message(reply.id)).toMatchObject({ status: 'STREAMING', content: 'One' });
    await sql(app, `insert into reply_part (message_id, "offset", text) values ('${reply.id}', 3, ' two')`);
    await sql(app, "update chat_message set status = 'COMPLETE', content = 'One two three' where status = 'STREAMING'");
    const events = await rest;
    expect(textOf(events)).toBe(' two three');
    expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { content: 'One two three' } });
    expect(events.filter((event) => event.__typename !== 'ReplyDelta')).toHaveLength(1);
  });
});

test('a reply read while it was running that has ended meanwhile shows its text all the same', async ({
  app,
  alice,
}) => {
  const { reply, gate } = await begunReply(app, alice, ['One', ' two']);
  const em = forkEm(app.running.orm);
  const row = await findMessage(em, 'alice', reply.id);
  gate.releaseAll();
  await app.idle();
  expect(row?.status).toBe('STREAMING');
  expect(await createLoaders(em, 'alice', app.running).persistedText.load(reply.id)).toBe('One two');
  expect(await createLoaders(em, 'bob', app.running).persistedText.load(reply.id)).toBe('');
});

test('deleting a session for good tells its readers before the rows go', async ({ app, alice }) => {
  const { session, reply, gate } = await begunReply(app, alice, ['Half', ' of it']);
  const followed = transports.map((transport) => alice.follow(reply.id, 0, transport));
  for (const transport of transports) await alice.replyStream(reply.id, 0, transport).next();
  await alice.remove(session.id, true);
  gate.releaseAll();
  for (const { events } of await Promise.all(followed)) {
    expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCancelled', message: { id: reply.id, content: 'Half' } });
  }
  expect(await alice.message(reply.id)).toBeNull();
});
