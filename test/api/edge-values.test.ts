import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { test } from '../support/app.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

// Values that a client may send, and at which databases differ: the answer is the same on each.

const MOST = 2_147_483_647;
/** Characters of two units, of which a length in characters is half of ours. */
const smiles = (units: number) => '🙂'.repeat(units / 2);

const usage = async (viewer: TestViewer, period: object): Promise<number> =>
  (
    await viewer.query(
      'query($since: DateTime, $until: DateTime) { viewer { usage(since: $since, until: $until) { messages byDay { date } total { totalTokens } } } }',
      period,
    )
  ).viewer.usage.total.totalTokens;

describe('instants', () => {
  const BEGINNING = [
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1582-10-04T00:00:00Z',
    '1970-01-01T00:00:00.001Z',
  ];
  const END = ['2120-01-01T00:00:00.999999Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-12:00'];

  test('a period may begin with the years and end with them', async ({ app, alice }) => {
    await alice.turn('I cannot sleep.');
    await app.idle();
    const all = await usage(alice, {});
    expect(all).toBeGreaterThan(0);
    for (const since of BEGINNING) {
      for (const until of END)
        expect([since, until, await usage(alice, { since, until })]).toEqual([since, until, all]);
      expect(await usage(alice, { until: since })).toBe(0);
    }
    for (const since of END) expect(await usage(alice, { since })).toBe(0);
  });

  test('a report may be on all of it', async ({ app, alice }) => {
    await alice.turn('I cannot sleep.');
    for (const [since, until] of [
      [BEGINNING[0], END[1]],
      [BEGINNING[1], END[2]],
    ]) {
      const { report } = await alice.report({ since, until, wait: true });
      expect([report.status, report.content]).toEqual(['COMPLETE', expect.stringContaining('1 message')]);
    }
    await app.idle();
  });

  test('a list may go on from any time that a cursor can name', async ({ app, alice }) => {
    await alice.createSession();
    await alice.addDocument('Sleep well.');
    await app.idle();
    for (const [ms, count] of [
      [0, 0],
      [999_999_999_999_999, 1],
    ]) {
      const after = Buffer.from(`${ms} ${randomUUID()}`).toString('base64url');
      expect((await alice.sessions({ after })).nodes).toHaveLength(count ?? 0);
      const { documents } = await alice.query('query($after: String) { documents(after: $after) { nodes { id } } }', {
        after,
      });
      expect(documents.nodes).toHaveLength(count ?? 0);
    }
  });
});

describe('numbers', () => {
  test('at the end of what a client can send lead beyond every text and list', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('I cannot sleep.');
    const { text, events } = await alice.follow(reply.id, MOST);
    expect([text, events.at(-1).__typename]).toEqual(['', 'ReplyCompleted']);
    const { id } = await alice.addDocument('Sleep well.');
    await app.idle();
    const { chunks, text: part } = await alice.document(
      id,
      `chunks(from: ${MOST}) { id } text(from: ${MOST}, length: 9)`,
    );
    expect([chunks, part]).toEqual([[], '']);
    const after = Buffer.from('seq 999999999').toString('base64url');
    expect((await alice.messages(session.id, `(first: 100, after: "${after}")`)).nodes).toEqual([]);
  });
});

describe('texts', () => {
  test('are as long as they may be, in characters of two units too', async ({ app, alice }) => {
    const tags = Array.from({ length: 20 }, (_, n) => smiles(46) + String(n).padStart(4, ' ').replaceAll(' ', 'x'));
    const session = await alice.createSession({ title: smiles(200), instructions: smiles(8_000), tags });
    expect(session).toMatchObject({ title: smiles(200), instructions: smiles(8_000), tags });
    const { filename } = await alice.addDocument(smiles(1_000), `${smiles(250)}.txt`);
    expect(filename).toBe(`${smiles(250)}.txt`);
    const idempotencyKey = smiles(200);
    const first = await alice.turn('x'.repeat(2_000), { sessionId: session.id, idempotencyKey });
    const again = await alice.turn('x'.repeat(2_000), { sessionId: session.id, idempotencyKey });
    expect(again.reply.id).toBe(first.reply.id);
    expect(await alice.searchMemory(`${'x'.repeat(1_000)} ${smiles(900)}`)).toEqual(expect.any(Array));
    await app.idle();
  });

  const SAYINGS = [
    `it's "quoted" \\ and $1 ?`,
    '100 % of_it ::text -- ; /* */',
    'ÅÉÎøß İı ﬁ Ǆ ς',
    '\u0001\u0002\t\r\u2028\u{10ffff}',
    '{"a":[1]} {1,2} [1,2]',
    '漢字 ไทย עברית',
  ];

  test.for(SAYINGS)('come back as they were sent: %j', async (saying, { app, alice }) => {
    const newSession = { title: saying.trim(), instructions: saying.trim(), tags: [saying.slice(0, 50)] };
    const { session, message } = await alice.turn(saying, { newSession });
    expect(await alice.session(session.id)).toMatchObject({ ...newSession, tags: [saying.slice(0, 50).trim()] });
    expect((await alice.message(message.id)).content).toBe(saying);
    const { nodes } = await alice.sessions({ filter: { tags: [session.tags[0]], search: saying.trim() } });
    expect(nodes.map(({ id }: Data) => id)).toEqual([session.id]);
    expect((await alice.sessions({ filter: { search: 'zebra' } })).nodes).toEqual([]);
    const document = await alice.addDocument(`${saying} and more`, `${saying.trim().replaceAll('/', ' ')}.txt`);
    await app.idle();
    expect((await alice.document(document.id, 'status text')).text).toContain(saying.slice(0, 4).trim());
    expect((await alice.searchMemory(saying)).length).toBeGreaterThanOrEqual(0);
  });

  test('are found in any case, and never by a sign that a database gives a meaning to', async ({ alice }) => {
    const { id } = await alice.createSession({ title: 'ÉTÉ in Ørsta: 100% sleep_well' });
    const found = async (search: string) =>
      (await alice.sessions({ filter: { search } })).nodes.map((each: Data) => each.id);
    for (const search of ['été', 'ØRSTA', 'sleep_WELL 100%', '%', '_'])
      expect([search, await found(search)]).toEqual([search, [id]]);
    for (const search of ['e%t', 'sleep.well', '100_', '%%'])
      expect([search, await found(search)]).toEqual([search, []]);
  });
});

describe('ids', () => {
  test('in capitals or in braces are nobody’s, the owner’s neither', async ({ app, alice }) => {
    const { session, message, reply } = await alice.turn('I cannot sleep.');
    const document = await alice.addDocument('Sleep well.');
    await app.idle();
    for (const change of [
      (id: string) => id.toUpperCase(),
      (id: string) => `{${id}}`,
      (id: string) => id.replaceAll('-', ''),
    ]) {
      expect(await alice.session(change(session.id))).toBeNull();
      expect(await alice.message(change(message.id))).toBeNull();
      expect(await alice.document(change(document.id))).toBeNull();
      const documentIds = [document.id, change(document.id)];
      for (const attempt of [
        () => alice.retry(change(reply.id)),
        () => alice.remove(change(session.id)),
        () => alice.updateSession({ id: session.id, documentIds }),
        () => alice.searchDocuments('sleep', { documentIds }),
        () => alice.report({ documentIds }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    }
  });

  test('that are named twice count once', async ({ app, alice }) => {
    const document = await alice.addDocument('Sleep well.');
    await app.idle();
    const documentIds = [document.id, document.id];
    const { id } = await alice.createSession({ documentIds });
    expect((await alice.session(id, 'documents { id }')).documents).toEqual([{ id: document.id }]);
    expect(await alice.searchDocuments('sleep', { documentIds })).toHaveLength(1);
  });
});
