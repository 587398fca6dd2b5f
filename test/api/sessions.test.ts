import { afterEach, describe, expect, vi } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { type TestApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

const NOON = Date.parse('2026-05-04T12:00:00Z');

/** Stops the clock, so that a test says what time it is. Timers go on. */
const atTime = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: ms });

afterEach(() => {
  vi.useRealTimers();
});

const namesOf = (page: Data): string[] => page.nodes.map((session: Data) => session.title);

/** A turn whose reply is under way, until the gate opens. */
async function halfAReply(app: TestApp, viewer: TestViewer, input: object = {}) {
  const gate = createGate();
  app.model.next(slowly(['Half of it', ' and the rest'], gate));
  const turn = await viewer.send('Shall I go on?', input);
  gate.release();
  await expect.poll(async () => (await viewer.message(turn.reply.id)).content).toBe('Half of it');
  return { ...turn, gate };
}

// Of the last event's message it reads rows that are about to go.
const FOLLOW = `subscription($id: ID!) { replyStream(messageId: $id) {
  __typename ... on ReplyCancelled { message { status content session { id messageCount } } } } }`;

async function collect(events: AsyncIterable<Data>, into: Data[]): Promise<Data[]> {
  for await (const event of events) into.push(event);
  return into;
}

describe('creating', () => {
  test('a session is as it was asked for, and can be read again', async ({ alice }) => {
    const input = {
      title: 'Sleeping better',
      model: 'other-model',
      instructions: 'Be brief.',
      tags: ['sleep', 'health'],
      longTermMemory: false,
      crossSessionMemory: true,
    };
    const session = await alice.createSession(input);
    expect(session).toMatchObject({
      ...input,
      titleIsAutomatic: false,
      messageCount: 0,
      isActive: true,
      memory: { indexed: 0, pending: 0, failed: 0 },
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      runningReply: null,
    });
    expect(session.createdAt).toBe(session.updatedAt);
    expect(await alice.session(session.id)).toEqual(session);
  });

  test('without any wish it has the default model, memory of its own and an automatic title', async ({ alice }) => {
    expect(await alice.createSession()).toMatchObject({
      title: 'New session',
      titleIsAutomatic: true,
      model: 'test-model',
      instructions: null,
      tags: [],
      longTermMemory: true,
      crossSessionMemory: false,
    });
  });

  test('what surrounds titles, instructions and tags is white space, and a tag counts once', async ({ alice }) => {
    const input = { title: '  Work ', instructions: '\n Be brief.\n', tags: ['a', ' a ', 'b'] };
    expect(await alice.createSession(input)).toMatchObject({
      title: 'Work',
      instructions: 'Be brief.',
      tags: ['a', 'b'],
    });
  });

  test("another viewer's session is as one that never was", async ({ alice, bob }) => {
    const { id } = await alice.createSession({ title: 'Private' });
    expect(await bob.session(id)).toBeNull();
    expect((await bob.sessions({ filter: { state: 'ALL' } })).totalCount).toBe(0);
    for (const attempt of [
      () => bob.updateSession({ id, title: 'Mine' }),
      () => bob.remove(id),
      () => bob.remove(id, true),
      () => bob.restore(id),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'No such session.' });
    expect(await alice.session(id)).toMatchObject({ title: 'Private', isActive: true });
  });
});

describe('listing', () => {
  test('the sessions touched last come first', async ({ alice }) => {
    atTime(NOON);
    const first = await alice.createSession({ title: 'first' });
    atTime(NOON + 1000);
    await alice.createSession({ title: 'second' });
    atTime(NOON + 2000);
    await alice.updateSession({ id: first.id, tags: ['moved'] });
    expect(namesOf(await alice.sessions())).toEqual(['first', 'second']);
  });

  test('pages come one after another without gap or double, also among sessions of one instant', async ({ alice }) => {
    for (const [minute, count] of [3, 9, 2].entries()) {
      atTime(NOON + minute * 60_000);
      for (let n = 0; n < count; n++) await alice.createSession({ title: `${minute}.${n}` });
    }
    const whole = await alice.sessions({ first: 100 });
    expect(whole.totalCount).toBe(14);
    expect(new Set(whole.nodes.map((session: Data) => session.updatedAt)).size).toBe(3);

    for (const first of [1, 2, 5, 13, 14]) {
      const names: string[] = [];
      let after: string | null = null;
      for (;;) {
        const page: Data = await alice.sessions({ first, after }, 'title');
        names.push(...namesOf(page));
        expect(page.totalCount).toBe(14);
        expect(page.pageInfo).toEqual({
          hasPreviousPage: after !== null,
          hasNextPage: names.length < 14,
          startCursor: page.edges[0].cursor,
          endCursor: page.edges.at(-1).cursor,
        });
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect(names).toEqual(namesOf(whole));
    }
  });

  test('a page behind the last session is empty and says so', async ({ alice }) => {
    await alice.createSession();
    const { pageInfo } = await alice.sessions();
    expect(await alice.sessions({ after: pageInfo.endCursor })).toMatchObject({
      nodes: [],
      totalCount: 1,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test('what is before a page counts only where the filter lets it through', async ({ alice }) => {
    atTime(NOON);
    await alice.createSession({ title: 'older', tags: ['a'] });
    atTime(NOON + 1000);
    const { id } = await alice.createSession({ title: 'newer' });
    const { pageInfo } = await alice.sessions({ first: 1 });
    const page = await alice.sessions({ first: 1, after: pageInfo.endCursor, filter: { tags: ['a'] } });
    expect(namesOf(page)).toEqual(['older']);
    expect(page.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: false });

    await alice.remove(id);
    expect(await alice.sessions({ first: 1, after: pageInfo.endCursor })).toMatchObject({
      pageInfo: { hasPreviousPage: false },
    });
  });

  test('the state chooses between active sessions, deleted ones and all', async ({ alice }) => {
    atTime(NOON);
    await alice.createSession({ title: 'kept' });
    atTime(NOON + 1000);
    await alice.remove((await alice.createSession({ title: 'deleted' })).id);
    const named = async (filter: object) => {
      const page = await alice.sessions({ filter });
      expect(page.totalCount).toBe(page.nodes.length);
      return namesOf(page);
    };
    expect(await named({})).toEqual(['kept']);
    expect(await named({ state: 'ACTIVE' })).toEqual(['kept']);
    expect(await named({ state: 'DELETED' })).toEqual(['deleted']);
    expect(await named({ state: 'ALL' })).toEqual(['deleted', 'kept']);
    expect(namesOf(await alice.sessions({ filter: null }))).toEqual(['kept']);
  });

  test('tags are met whole, exactly and all of them', async ({ alice }) => {
    await alice.createSession({ title: 'both', tags: ['work', 'it\'s "x", %'] });
    await alice.createSession({ title: 'one', tags: ['workout'] });
    const named = async (tags: string[] | null) => namesOf(await alice.sessions({ filter: { tags } })).sort();
    expect(await named(['work'])).toEqual(['both']);
    expect(await named([' work '])).toEqual(['both']);
    expect(await named(['work', 'it\'s "x", %'])).toEqual(['both']);
    expect(await named(['work', 'workout'])).toEqual([]);
    expect(await named(['Work'])).toEqual([]);
    expect(await named([])).toEqual(['both', 'one']);
    expect(await named(null)).toEqual(['both', 'one']);
  });

  test('a search finds words of titles in any order and case, and takes every character as it is', async ({
    alice,
  }) => {
    await alice.createSession({ title: 'Über den Schlaf' });
    await alice.createSession({ title: '100% done_now' });
    const named = async (search: string | null) => namesOf(await alice.sessions({ filter: { search } })).sort();
    expect(await named('schlaf ÜBER')).toEqual(['Über den Schlaf']);
    expect(await named('schlaf nicht')).toEqual([]);
    expect(await named('%')).toEqual(['100% done_now']);
    expect(await named('e_n')).toEqual(['100% done_now']);
    expect(await named("' or 1=1 --")).toEqual([]);
    expect(await named('  ')).toHaveLength(2);
    expect(await named(null)).toHaveLength(2);
  });
});

describe('updating', () => {
  test('only what is given changes, null clears instructions and [] clears tags', async ({ alice }) => {
    const { id } = await alice.createSession({ title: 'Work', instructions: 'Be brief.', tags: ['a'] });
    expect(await alice.updateSession({ id, title: 'Rest' })).toMatchObject({
      title: 'Rest',
      instructions: 'Be brief.',
      tags: ['a'],
      model: 'test-model',
    });
    expect(await alice.updateSession({ id, instructions: null })).toMatchObject({ instructions: null, tags: ['a'] });
    expect(await alice.updateSession({ id, tags: [] })).toMatchObject({ title: 'Rest', tags: [] });
    expect(await alice.updateSession({ id, model: 'other-model' })).toMatchObject({ model: 'other-model' });
  });

  test.for(['title', 'model', 'tags'])('null for %s changes nothing', async (field, { alice }) => {
    const session = await alice.createSession({ title: 'Work', tags: ['a'] });
    await expect(alice.updateSession({ id: session.id, instructions: 'x', [field]: null })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: { [field]: `${field} must not be null` },
    });
    expect(await alice.session(session.id)).toEqual(session);
  });

  test('a title given by the viewer is never replaced', async ({ alice }) => {
    const { id } = await alice.createSession();
    expect(await alice.updateSession({ id, title: 'Mine' })).toMatchObject({ title: 'Mine', titleIsAutomatic: false });
    const { session } = await alice.turn('I cannot sleep.', { sessionId: id });
    expect(session).toMatchObject({ title: 'Mine', titleIsAutomatic: false });
  });

  test('other changes leave the title automatic', async ({ alice }) => {
    const { id } = await alice.createSession();
    expect(await alice.updateSession({ id, tags: ['a'] })).toMatchObject({ titleIsAutomatic: true });
  });

  test('updatedAt moves with messages, retries and changes by the viewer, and with nothing else', async ({
    app,
    alice,
  }) => {
    atTime(NOON);
    const { id } = await alice.createSession();
    let now = NOON;
    const moves = async (act: () => Promise<unknown>) => {
      const before = (await alice.session(id)).updatedAt;
      now += 1000;
      atTime(now);
      await act();
      const { updatedAt } = await alice.session(id);
      expect([before, new Date(now).toISOString()]).toContain(updatedAt);
      return updatedAt !== before;
    };

    expect(await moves(() => alice.updateSession({ id, title: 'T' }))).toBe(true);
    expect(await moves(() => alice.updateSession({ id, tags: ['a'] }))).toBe(true);
    expect(await moves(() => alice.updateSession({ id, model: 'other-model' }))).toBe(true);
    expect(await moves(() => alice.updateSession({ id, instructions: 'Be brief.' }))).toBe(true);
    const gate = createGate();
    app.model.next(slowly(['Yes.'], gate));
    expect(await moves(() => alice.send('Hello', { sessionId: id }))).toBe(true);
    const { runningReply } = await alice.session(id);
    const settles = async () => {
      gate.releaseAll();
      await app.idle();
    };
    expect(await moves(settles)).toBe(false);
    expect(await moves(() => alice.setMemory(id, { enabled: false, crossSession: true }))).toBe(false);
    expect(await moves(() => alice.setMemory(id, { enabled: true }))).toBe(false);
    expect(await moves(() => alice.forget({ sessionId: id }))).toBe(false);
    expect(await moves(() => alice.cancel(runningReply.id))).toBe(false);
    expect(await moves(() => alice.retry(runningReply.id))).toBe(true);
    await app.idle();
    expect(await moves(() => alice.remove(id))).toBe(false);
    expect(await moves(() => alice.restore(id))).toBe(false);
  });
});

describe('deleting', () => {
  test('a deleted session can be read, is not listed, and comes back whole', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('My dog is called Rex.');
    await app.idle();
    const before = await alice.session(session.id);
    expect(before.memory).toMatchObject({ indexed: 2, pending: 0 });

    expect(await alice.remove(session.id)).toEqual({ deletedId: session.id });
    expect(await alice.session(session.id)).toMatchObject({
      isActive: false,
      messageCount: 2,
      memory: { indexed: 0, pending: 0, failed: 0 },
    });
    expect((await alice.messages(session.id)).nodes).toHaveLength(2);
    expect(await alice.message(reply.id)).toMatchObject({ status: 'COMPLETE' });
    expect((await alice.sessions()).totalCount).toBe(0);
    expect(await alice.searchMemory('dog')).toEqual([]);

    expect(await alice.restore(session.id)).toEqual(before);
    expect((await alice.searchMemory('dog')).length).toBeGreaterThan(0);
  });

  test('deleting twice, restoring twice and restoring what is active change nothing more', async ({ alice }) => {
    const session = await alice.createSession();
    expect(await alice.restore(session.id)).toEqual(session);
    await alice.remove(session.id);
    expect(await alice.remove(session.id)).toEqual({ deletedId: session.id });
    await alice.restore(session.id);
    expect(await alice.restore(session.id)).toEqual(session);
  });

  test('everything but reading, restoring and deleting finds no such session', async ({ alice }) => {
    const { session, message, reply } = await alice.turn('Hello');
    await alice.remove(session.id);
    const before = await alice.messages(session.id);
    const { id } = session;
    for (const attempt of [
      () => alice.updateSession({ id, title: 'x' }),
      () => alice.send('x', { sessionId: id }),
      () => alice.cancel(reply.id),
      () => alice.retry(reply.id),
      () => alice.setMemory(id, { enabled: false }),
      () => alice.forget({ sessionId: id }),
      () => alice.forget({ messageId: message.id }),
      () => alice.preview(id, 'x'),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await alice.messages(session.id)).toEqual(before);
  });

  test('what was asked to be remembered before a session was deleted is remembered once it is restored', async ({
    app,
    alice,
  }) => {
    const gate = createGate();
    if (app.embedder instanceof HashingEmbedder) app.embedder.before = () => gate.pass();
    const { session } = await alice.turn('My cat is called Tom.', { newSession: { longTermMemory: false } });
    // The worker is kept busy with another session meanwhile.
    await alice.turn('Something else');
    await alice.setMemory(session.id, { enabled: true });
    await alice.remove(session.id);
    gate.releaseAll();
    await app.idle();
    await alice.restore(session.id);
    await app.idle();
    expect(await alice.session(session.id)).toMatchObject({ memory: { indexed: 2, pending: 0, failed: 0 } });
  });

  test.for([false, true])(
    'a reply under way is cancelled first (permanently: %s)',
    async (permanently, { app, alice }) => {
      const { session, reply } = await halfAReply(app, alice);
      const readers = await Promise.all(
        (['ws', 'sse', 'ws'] as const).map(async (transport) => {
          const events: Data[] = [];
          const done = collect(alice.subscribe(FOLLOW, { id: reply.id }, transport), events);
          await vi.waitFor(() => expect(events).toHaveLength(1));
          return { done };
        }),
      );
      await alice.remove(session.id, permanently);

      for (const events of await Promise.all(readers.map(({ done }) => done))) {
        expect(events.at(-1)).toEqual({
          replyStream: {
            __typename: 'ReplyCancelled',
            message: { status: 'CANCELLED', content: 'Half of it', session: { id: session.id, messageCount: 2 } },
          },
        });
      }
      if (permanently) {
        expect(await alice.message(reply.id)).toBeNull();
        expect(await alice.session(session.id)).toBeNull();
      } else {
        expect(await alice.message(reply.id)).toMatchObject({ status: 'CANCELLED', content: 'Half of it' });
        expect(await alice.session(session.id)).toMatchObject({ isActive: false, runningReply: null });
      }
      expect(await app.model.chats[0]?.ended).toBe(true);
    },
  );

  test('who waits for a reply gets it cancelled when its session is purged', async ({ app, alice }) => {
    const gate = createGate();
    app.model.next(slowly(['Half', ' more'], gate));
    const { id } = await alice.createSession();
    const waited = alice.turn('Go on', { sessionId: id });
    gate.release();
    await expect.poll(async () => (await alice.session(id)).runningReply).not.toBeNull();
    await expect.poll(() => app.running.replies.all()[0]?.log.text).toBe('Half');
    await alice.remove(id, true);
    expect((await waited).reply).toMatchObject({ status: 'CANCELLED', content: 'Half' });
  });

  test('a purged session leaves nothing but what it used', async ({ app, alice }) => {
    const purged = await alice.turn('My dog is called Rex.', { idempotencyKey: 'k' });
    const kept = await alice.turn('My cat is called Tom.');
    await app.idle();
    const used = await countRows(app, ['usage_entry']);
    await alice.remove(purged.session.id, true);

    expect(await alice.session(purged.session.id)).toBeNull();
    expect(await alice.message(purged.message.id)).toBeNull();
    expect((await alice.sessions({ filter: { state: 'ALL' } })).totalCount).toBe(1);
    for (const attempt of [
      () => alice.restore(purged.session.id),
      () => alice.remove(purged.session.id),
      () => alice.remove(purged.session.id, true),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const hits = await alice.searchMemory('What is my dog or cat called?');
    expect(new Set(hits.map((hit) => hit.message.session.id))).toEqual(new Set([kept.session.id]));
    await app.idle();
    expect(await countRows(app, ['usage_entry'])).toEqual(used.map((count) => count + 1));
    expect(await countRows(app, ['chat_session', 'chat_message', 'prompt_manifest', 'memory_scope', 'job'])).toEqual([
      1, 2, 1, 1, 0,
    ]);
    await alice.turn('And now?', { sessionId: kept.session.id });
  });

  test('a deleted session can be purged', async ({ alice }) => {
    const { id } = await alice.createSession();
    await alice.remove(id);
    await alice.remove(id, true);
    expect(await alice.session(id)).toBeNull();
  });

  test('purging, deleting and sending at once leave no half of anything', async ({ app, alice }) => {
    for (let round = 0; round < 5; round++) {
      const { id } = await alice.createSession();
      app.model.next(says('Yes.'));
      const [sent] = await Promise.allSettled([
        alice.send('Hello', { sessionId: id }),
        alice.remove(id),
        alice.remove(id, true),
        alice.restore(id),
        alice.remove(id, true),
      ]);
      if (sent.status === 'rejected') expect(sent.reason).toMatchObject({ code: 'NOT_FOUND' });
      expect(await alice.session(id)).toBeNull();
    }
    await app.idle();
    expect(await countRows(app, ['chat_message', 'reply_part', 'chunk', 'chunk_term', 'job'])).toEqual([0, 0, 0, 0, 0]);
    expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

type Table = 'usage_entry' | 'chat_session' | 'chat_message' | 'prompt_manifest' | 'memory_scope' | 'job';
type AnyTable = Table | 'reply_part' | 'chunk' | 'chunk_term';

const countRows = (app: TestApp, tables: AnyTable[]): Promise<number[]> =>
  Promise.all(
    tables.map(async (table) => {
      const { count } = await db(forkEm(app.running.orm))
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    }),
  );
