import { expect } from 'vitest';
import { followSession } from '../../src/chat/sessions/follow-session.ts';
import { forkEm } from '../../src/db/orm.ts';
import { createContext } from '../../src/http/create-context.ts';
import { type TestApp, test } from '../support/app.ts';
import { createGate, slowly } from '../support/model-answers.ts';
import { type Data, SESSION, type TestViewer } from '../support/test-viewer.ts';

const CHANGED = `subscription($id: ID!) { chatSessionChanged(id: $id) {
  ${SESSION} messages { nodes { status content } } } }`;
type Transport = 'ws' | 'sse';

/** Keeps what comes, until it ends or is left. */
function watch(viewer: TestViewer, id: string, transport: Transport = 'ws') {
  const leaving = new AbortController();
  const events = viewer.subscribe(CHANGED, { id }, transport, leaving.signal);
  const seen: Data[] = [];
  const ended = (async () => {
    for await (const event of events) seen.push(event.chatSessionChanged ?? event);
  })();
  const leave = () => {
    leaving.abort();
    return ended;
  };
  return { seen, ended, leave };
}

const nobodyWaits = (app: TestApp) => expect.poll(() => app.running.bell.waiting).toBe(0);

for (const transport of ['ws', 'sse'] as const) {
  test(`over ${transport} the state comes at once, then what changed`, async ({ app, alice }) => {
    const { session } = await alice.turn('I cannot sleep.');
    await app.idle();
    const { seen, leave } = watch(alice, session.id, transport);
    await expect.poll(() => seen.length).toBe(1);
    expect(seen[0]).toMatchObject({ id: session.id, messageCount: 2, memory: { indexed: 2, pending: 0 } });
    await alice.updateSession({ id: session.id, title: 'Nights' });
    await expect.poll(() => seen.at(-1)).toMatchObject({ title: 'Nights', titleIsAutomatic: false });
    await alice.setMemory(session.id, { enabled: false });
    await expect.poll(() => seen.at(-1)).toMatchObject({ longTermMemory: false, memory: { indexed: 0, pending: 0 } });
    await leave();
    await nobodyWaits(app);
  });

  test(`over ${transport} it ends when the session is deleted for good, not when it is hidden`, async ({
    app,
    alice,
  }) => {
    const session = await alice.createSession();
    const { seen, ended } = watch(alice, session.id, transport);
    await expect.poll(() => seen.length).toBe(1);
    await alice.remove(session.id);
    await expect.poll(() => seen.at(-1)).toMatchObject({ isActive: false });
    await alice.restore(session.id);
    await expect.poll(() => seen.at(-1)).toMatchObject({ isActive: true });
    await alice.remove(session.id, true);
    await ended;
    expect(seen.filter((event) => event.errors)).toEqual([]);
    expect(app.running.bell.waiting).toBe(0);
  });

  test(`over ${transport} what cannot be watched is an error`, async ({ alice, bob }) => {
    const session = await alice.createSession();
    for (const [viewer, id] of [
      [bob, session.id],
      [alice, 'nonsense'],
    ] as const) {
      const { seen, ended } = watch(viewer, id, transport);
      await ended;
      expect(seen).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
    }
  });
}

test('a whole turn is told from its beginning to its place in memory, and not delta by delta', async ({
  app,
  alice,
}) => {
  const session = await alice.createSession();
  const { seen, leave } = watch(alice, session.id);
  await expect.poll(() => seen.length).toBe(1);
  const gate = createGate();
  const texts = Array.from({ length: 60 }, (_, at) => `word ${at} `);
  app.model.next(slowly(texts, gate));
  const { reply } = await alice.send('Count.', { sessionId: session.id });
  // The question is in memory: nothing else is on its way.
  await expect
    .poll(() => seen.at(-1))
    .toMatchObject({ messageCount: 2, runningReply: { id: reply.id }, memory: { indexed: 1, pending: 1 } });
  const before = seen.length;
  const left = new AbortController();
  let hasRung = false;
  const ring = app.running.bell.next(session.id, left.signal, 600_000).then(() => {
    hasRung = !left.signal.aborted;
  });
  const reader = alice.replyStream(reply.id);
  // One after the other, each seen by its reader: no fewer deltas than texts.
  for (const _ of texts) {
    gate.release();
    await reader.next();
  }
  const persisted = () =>
    forkEm(app.running.orm).execute('select max("offset" + length(text)) as length from reply_part');
  await expect.poll(persisted).toEqual([{ length: texts.join('').trimEnd().length }]);
  left.abort();
  await ring;
  expect(hasRung).toBe(false);
  expect(seen.length).toBe(before);
  gate.releaseAll();
  await reader.return(undefined);
  await expect.poll(() => seen.at(-1)).toMatchObject({ runningReply: null, memory: { indexed: 2, pending: 0 } });
  // The end of the reply, and its place in memory: together or apart.
  expect(seen.length - before).toBeLessThanOrEqual(3);
  expect(seen.at(-1).messages.nodes[1]).toMatchObject({ status: 'COMPLETE', content: texts.join('') });
  await leave();
  await nobodyWaits(app);
});

test('changes that come together are told together', async ({ app, alice }) => {
  const session = await alice.createSession();
  const { seen, leave } = watch(alice, session.id);
  await expect.poll(() => seen.length).toBe(1);
  await Promise.all(
    Array.from({ length: 20 }, (_, at) => alice.updateSession({ id: session.id, title: `Title ${at}` })),
  );
  const { title } = await alice.session(session.id);
  await expect.poll(() => seen.at(-1).title).toBe(title);
  expect(seen.length).toBeLessThan(12);
  await leave();
  await nobodyWaits(app);
});

test('a change between subscribing and the first event is not missed', async ({ app, alice }) => {
  const session = await alice.createSession();
  const ctx = await createContext(app.running, {
    authorization: alice.authorization,
    transport: 'ws',
    requestId: 'test',
  });
  const events = await followSession(ctx, session.id);
  await alice.updateSession({ id: session.id, title: 'Nights' });
  expect((await events.next()).value).toMatchObject({ title: 'Nights' });
  await events.return();
  await nobodyWaits(app);
});

test('another viewer’s and another session’s changes are not told', async ({ app, alice, bob }) => {
  const [session, other] = [await alice.createSession(), await alice.createSession()];
  const { seen, leave } = watch(alice, session.id);
  await expect.poll(() => seen.length).toBe(1);
  await alice.turn('I cannot sleep.', { sessionId: other.id });
  await bob.turn('Nor can I.');
  await app.idle();
  await alice.updateSession({ id: session.id, title: 'Mine' });
  await expect.poll(() => seen.at(-1).title).toBe('Mine');
  expect(seen).toHaveLength(2);
  await leave();
  await nobodyWaits(app);
});

test('fifty that watch and leave in different ways leave nothing behind', async ({ app, alice }) => {
  const session = await alice.createSession();
  const watching = Array.from({ length: 50 }, (_, at) => watch(alice, session.id, at % 2 ? 'sse' : 'ws'));
  await expect.poll(() => watching.every(({ seen }) => seen.length > 0), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => app.running.bell.waiting).toBe(50);
  await alice.updateSession({ id: session.id, title: 'Nights' });
  await Promise.all(watching.slice(0, 25).map(({ leave }) => leave()));
  await expect
    .poll(() => watching.slice(25).every(({ seen }) => seen.at(-1)?.title === 'Nights'), { timeout: 10_000 })
    .toBe(true);
  await alice.remove(session.id, true);
  await Promise.all(watching.slice(25).map(({ ended }) => ended));
  await nobodyWaits(app);
});
