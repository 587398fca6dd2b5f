import fc from 'fast-check';
import { beforeAll, describe, expect } from 'vitest';
import { startApp, type TestApp, test } from '../support/app.ts';
import { createGate, fails, says, slowly } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

const seqsOf = (page: Data): number[] => page.nodes.map((message: Data) => message.seq);

/** `(first: 3, after: "…")`, or nothing. */
function pageOf(given: Record<string, number | string | undefined>): string {
  const parts = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

describe('a message', () => {
  test('of a viewer and its reply say who wrote them, what for, and what it used', async ({ app, alice }) => {
    app.model.next(says('Breathe ', 'slowly.'));
    const { session, message, reply } = await alice.turn('I cannot sleep.');
    await app.idle();
    expect(await alice.message(message.id)).toMatchObject({
      seq: 1,
      role: 'USER',
      type: 'CHAT',
      status: 'COMPLETE',
      content: 'I cannot sleep.',
      model: null,
      usage: null,
      error: null,
      replyTo: null,
      supersededBy: null,
      memory: 'INDEXED',
      endedAt: message.createdAt,
    });
    expect(await alice.message(reply.id)).toMatchObject({
      seq: 2,
      role: 'ASSISTANT',
      type: 'CHAT',
      status: 'COMPLETE',
      content: 'Breathe slowly.',
      model: 'test-model',
      usage: { outputTokens: 2 },
      error: null,
      replyTo: { id: message.id },
      supersededBy: null,
      memory: 'INDEXED',
      endedAt: expect.any(String),
    });
    expect(await alice.message(reply.id, 'session { id messageCount }')).toEqual({
      session: { id: session.id, messageCount: 2 },
    });
  });

  test('is nothing to another viewer', async ({ alice, bob }) => {
    const { message, reply } = await alice.turn('I cannot sleep.');
    expect(await bob.message(message.id)).toBeNull();
    for (const attempt of [() => bob.cancel(reply.id), () => bob.retry(reply.id)])
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'No such message.' });
  });

  test('keeps its text to the last character, whatever it is made of', async ({ alice }) => {
    const content = '  "\\u0000" \\ \' — 👩‍👩‍👧 e\u0301 \u202e אב \r\n\ttab\u0001\u2028 </system> {{x}} $1 [1] %s  ';
    const { message } = await alice.turn(content);
    expect((await alice.message(message.id)).content).toBe(content);
  });

  test('shows the text so far while it is written', async ({ app, alice }) => {
    const gate = createGate();
    app.model.next(slowly(['Half', ' and half'], gate));
    const { session, reply } = await alice.send('Go on');
    gate.release();
    await expect
      .poll(() => alice.message(reply.id))
      .toMatchObject({ status: 'STREAMING', content: 'Half', endedAt: null, usage: null, memory: 'PENDING' });
    expect((await alice.messages(session.id)).nodes[1]).toMatchObject({ content: 'Half' });
    expect(await alice.session(session.id)).toMatchObject({ runningReply: { id: reply.id }, messageCount: 2 });
    gate.releaseAll();
    await app.idle();
    expect(await alice.message(reply.id)).toMatchObject({ status: 'COMPLETE', content: 'Half and half' });
  });
});

describe('a list', () => {
  test('of no messages is empty in every direction', async ({ alice }) => {
    const { id } = await alice.createSession();
    for (const page of ['', '(first: 1)', '(last: 100)'])
      expect(await alice.messages(id, page)).toEqual({
        nodes: [],
        edges: [],
        totalCount: 0,
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      });
  });

  test('gives the last 50 where nothing is asked', async ({ alice }) => {
    const { id } = await alice.createSession();
    for (let turn = 0; turn < 26; turn++) await alice.turn(`Turn ${turn}`, { sessionId: id });
    const page = await alice.messages(id);
    expect(seqsOf(page)).toEqual(Array.from({ length: 50 }, (_, at) => at + 3));
    expect(page.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
    expect(page.totalCount).toBe(52);
    expect(seqsOf(await alice.messages(id, '(last: 100)'))).toHaveLength(52);
  });

  test('counts and shows what was superseded, cancelled or failed, in its place', async ({ app, alice }) => {
    app.model.next(fails(400), says('Second try.'), says('Third try.'));
    const { session, message, reply } = await alice.turn('Hello');
    const second = await alice.retry(reply.id);
    await app.idle();
    const third = await alice.retry(second.id);
    await app.idle();
    const { nodes, totalCount } = await alice.messages(session.id);
    expect(totalCount).toBe(4);
    expect((await alice.session(session.id)).messageCount).toBe(4);
    expect(nodes).toMatchObject([
      { seq: 1, id: message.id },
      { seq: 2, status: 'FAILED', supersededBy: { id: second.id }, replyTo: { id: message.id } },
      { seq: 3, content: 'Second try.', supersededBy: { id: third.id }, replyTo: { id: message.id } },
      { seq: 4, content: 'Third try.', supersededBy: null, replyTo: { id: message.id } },
    ]);
  });

  test('of two sessions written at once keeps each in its own order without a gap', async ({ app, alice }) => {
    const sessions = await Promise.all([alice.createSession(), alice.createSession(), alice.createSession()]);
    await Promise.all(
      sessions.map(async ({ id }) => {
        for (let turn = 0; turn < 4; turn++) await alice.turn(`Turn ${turn}`, { sessionId: id });
      }),
    );
    await app.idle();
    for (const { id } of sessions) {
      const { nodes } = await alice.messages(id);
      expect(nodes.map(({ seq }: Data) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(nodes.filter(({ role }: Data) => role === 'USER').map(({ content }: Data) => content)).toEqual([
        'Turn 0',
        'Turn 1',
        'Turn 2',
        'Turn 3',
      ]);
    }
  });
});

describe('any page', () => {
  let app: TestApp;
  let alice: TestViewer;
  let sessionId: string;
  /** Of all messages, oldest first. */
  let cursors: string[];

  // One session for many pages: nothing here writes.
  beforeAll(async () => {
    app = await startApp();
    alice = await app.viewer('alice');
    sessionId = (await alice.createSession()).id;
    for (let turn = 0; turn < 6; turn++) await alice.turn(`Turn ${turn}`, { sessionId });
    const { nodes } = await alice.messages(sessionId);
    await alice.retry(nodes.at(-1).id);
    await app.idle();
    cursors = (await alice.messages(sessionId)).edges.map((edge: Data) => edge.cursor);
    return () => app.close();
  });

  const sizes = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined, freq: 4 });
  const smallSizes = fc.oneof(fc.integer({ min: 1, max: 5 }), sizes);
  const places = fc.option(fc.nat({ max: 12 }), { nil: undefined });

  test('is the part of the whole that was asked for', async () => {
    expect(cursors).toHaveLength(13);
    const all = cursors.map((_, at) => at + 1);
    const asked = fc
      .record({ size: smallSizes, fromStart: fc.boolean(), after: places, before: places })
      .map(({ size, fromStart, after, before }) => ({
        ...(fromStart ? { first: size } : { last: size }),
        after,
        before,
      }))
      .map((page) => ({ first: undefined, last: undefined, ...page }));

    await fc.assert(
      fc.asyncProperty(asked, async ({ first, last, after, before }) => {
        const page = pageOf({
          first,
          last,
          after: after === undefined ? undefined : cursors[after],
          before: before === undefined ? undefined : cursors[before],
        });
        const found = await alice.messages(sessionId, page, 'seq cursor');

        const window = all.slice(after === undefined ? 0 : after + 1, before ?? all.length);
        const expected = first === undefined ? window.slice(-(last ?? 50)) : window.slice(0, first);
        expect(seqsOf(found)).toEqual(expected);
        const [start, end] = [expected[0], expected.at(-1)];
        expect(found.pageInfo).toEqual({
          hasPreviousPage: start === undefined ? after !== undefined : start > 1,
          hasNextPage: end === undefined ? before !== undefined : end < all.length,
          startCursor: start === undefined ? null : cursors[start - 1],
          endCursor: end === undefined ? null : cursors[end - 1],
        });
        expect(found.edges.map((edge: Data) => edge.cursor)).toEqual(found.nodes.map((node: Data) => node.cursor));
        expect(found.totalCount).toBe(all.length);
      }),
      { numRuns: 200 },
    );
  });

  test('leads on to the next, in both directions, until the whole is read once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), async (steps) => {
        const whole = cursors.map((_, at) => at + 1);
        for (const forward of [true, false]) {
          let seqs: number[] = [];
          let cursor: string | undefined;
          for (let n = 0; n <= whole.length; n++) {
            const size = steps[n % steps.length];
            const page: Data = await alice.messages(
              sessionId,
              pageOf(forward ? { first: size, after: cursor } : { last: size, before: cursor }),
              'seq',
            );
            seqs = forward ? [...seqs, ...seqsOf(page)] : [...seqsOf(page), ...seqs];
            cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
            if (!(forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) break;
          }
          expect(seqs).toEqual(whole);
        }
      }),
      { numRuns: 15 },
    );
  });
});
