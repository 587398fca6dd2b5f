import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { emptyServerDatabase, hasServer, onServer } from '../support/empty-database.ts';
import { createGate, fails, says } from '../support/model-answers.ts';
import { embedsHonestly, startModelServer } from '../support/model-server.ts';
import { rowsOf, runProgram, spawnProgram, startServer, temporaryFolder } from '../support/server-process.ts';
import { serverDatabase } from '../support/test-database.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** A database that the local model embedded: three sessions, one of which is no longer remembered, and a document. */
async function embeddedLocally() {
  const DATABASE_URL = `sqlite:${path.join(temporaryFolder(), 'all.db')}`;
  const file = DATABASE_URL.slice('sqlite:'.length);
  const server = await startServer({ env: { DATABASE_URL } });
  const { viewer } = server;
  for (const about of ['knee', 'sleep']) await viewer.turn(`My ${about} is on my mind.`);
  const { session } = await viewer.turn('Nobody is to remember this.');
  await viewer.query(
    'mutation { addDocument(input: { filename: "plan.txt", text: "Swim on Monday. Rest on Tuesday." }) { document { id } } }',
  );
  const pending = () => rowsOf(file, 'select * from job');
  await expect.poll(pending, { timeout: 30_000 }).toEqual([]);
  await viewer.setMemory(session.id, { enabled: false });
  server.signal('SIGTERM');
  await server.exited;

  const model = await startModelServer();
  onTestFinished(() => model.close());
  const env = { DATABASE_URL, EMBEDDINGS: 'openai', OPENAI_BASE_URL: model.url, EMBEDDING_DIMENSIONS: '16' };
  const embeddedBy = () =>
    rowsOf(file, 'select embedding_model as model, count(*) as pieces from chunk group by 1 order by 1');
  return { env, model, embeddedBy, pending, session, file };
}

test('reindexing embeds anew what another model embedded, and nothing that is not to be remembered', async () => {
  const { env, model, embeddedBy, pending } = await embeddedLocally();
  const [before] = embeddedBy();
  expect(before).toMatchObject({ model: 'use-lite' });
  const pieces = Number(before?.pieces);

  const { code, stderr, stdout } = await runProgram({ program: 'reindex', env });

  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(embeddedBy()).toEqual([
    { model: null, pieces: 2 },
    { model: expect.stringContaining('text-embedding-3-small'), pieces: pieces - 2 },
  ]);
  expect(stderr).toContain(`${pieces - 2} of ${pieces - 2}\n`);
  expect(pending()).toEqual([]);
  expect(JSON.stringify(model.embeddings.map(({ body }) => body))).not.toContain('Nobody');

  const asked = model.embeddings.length;
  expect((await runProgram({ program: 'reindex', env })).code).toBe(0);
  expect(model.embeddings).toHaveLength(asked);
});

test('a run that was killed is gone on with by the next', async () => {
  const { env, model, embeddedBy } = await embeddedLocally();
  const gate = createGate();
  onTestFinished(() => gate.releaseAll());
  model.nextEmbeddings(embedsHonestly, async ({ response }) => {
    await gate.pass();
    response.destroy();
  });
  const first = spawnProgram({ program: 'reindex', env });
  // The first one asks whether the model is there.
  await expect.poll(() => model.embeddings.length, { timeout: 30_000 }).toBe(2);
  first.child.kill('SIGKILL');
  await first.exited;
  gate.releaseAll();
  expect(embeddedBy().map((row) => row.model)).toContain('use-lite');

  expect((await runProgram({ program: 'reindex', env })).code).toBe(0);
  expect(embeddedBy().map((row) => row.model)).not.toContain('use-lite');
});

test('what the model does not take is told by the exit code, and waits for the next run', async () => {
  const { env, model, embeddedBy } = await embeddedLocally();
  model.nextEmbeddings(embedsHonestly, ...Array.from({ length: 60 }, () => fails(401)));
  const { code, stderr } = await runProgram({ program: 'reindex', env });
  expect(code).toBe(1);
  expect(stderr).toContain('The embedding model did not take the rest.');
  expect(embeddedBy().map((row) => row.model)).toContain('use-lite');
});

test('a model that cannot be used at all is asked once, and nothing is touched', async () => {
  const { env, model, embeddedBy, pending } = await embeddedLocally();
  const before = embeddedBy();
  model.nextEmbeddings(fails(401));
  const { code, stderr } = await runProgram({ program: 'reindex', env });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^The model is not open to this server: its key/)]);
  expect(model.embeddings).toHaveLength(1);
  expect([embeddedBy(), pending()]).toEqual([before, []]);
});

test('while a server uses the database, reindexing says so and touches nothing', async () => {
  const DATABASE_URL = `sqlite:${path.join(temporaryFolder(), 'all.db')}`;
  await startServer({ env: { DATABASE_URL } });
  const { code, stderr } = await runProgram({ program: 'reindex', env: { DATABASE_URL } });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^Another Carryover process uses .*\.\n$/)]);
});

test('a wrong configuration is named as the server names it', async () => {
  const { code, stderr } = await runProgram({ program: 'reindex', env: { EMBEDDINGS: 'openai' } });
  expect([code, stderr]).toEqual([1, expect.stringContaining('EMBEDDINGS is openai, which needs')]);
});

test.skipIf(!hasServer)('on PostgreSQL, what a server embeds meanwhile is left to it, and waited for', async () => {
  const DATABASE_URL = await serverDatabase();
  const local = await startServer({ env: { DATABASE_URL } });
  for (const about of ['knee', 'sleep', 'work']) await local.viewer.turn(`My ${about} is on my mind.`);
  const jobs = () => onServer("select state, lease_owner as owner from job where task = 'embed'", DATABASE_URL);
  await expect.poll(jobs, { timeout: 30_000 }).toEqual([]);
  local.signal('SIGTERM');
  await local.exited;

  const model = await startModelServer();
  onTestFinished(() => model.close());
  const gate = createGate();
  onTestFinished(() => gate.releaseAll());
  const env = { DATABASE_URL, EMBEDDINGS: 'openai', OPENAI_BASE_URL: model.url, EMBEDDING_DIMENSIONS: '16' };
  const server = await startServer({ env });
  // The server holds the embedding of a message of its own.
  model.nextEmbeddings(async (given) => {
    await gate.pass();
    embedsHonestly(given);
  });
  model.otherwise(says('I hear you.'));
  await server.viewer.turn('My garden is on my mind.');
  await expect.poll(jobs, { timeout: 30_000 }).toContainEqual({ state: 'RUNNING', owner: expect.any(String) });
  const [held] = (await jobs()).filter(({ state }) => state === 'RUNNING');

  const { output, exited } = spawnProgram({ program: 'reindex', env });
  await expect.poll(() => output.stderr, { timeout: 30_000 }).toContain('pieces are to be embedded by');
  expect(await jobs()).toContainEqual(held);
  gate.releaseAll();
  expect(await exited).toMatchObject({ code: 0, stdout: '' });
  const models = 'select distinct embedding_model as model from chunk';
  expect(await onServer(models, DATABASE_URL)).toEqual([{ model: expect.stringContaining('text-embedding-3-small') }]);
  expect(await server.viewer.sessions()).toMatchObject({ totalCount: 4 });
});

test.skipIf(!hasServer)('on a PostgreSQL database that waits for migrations, reindexing says so', async () => {
  const DATABASE_URL = await emptyServerDatabase();
  const { code, stderr } = await runProgram({ program: 'reindex', env: { DATABASE_URL } });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^The database is not up to date, .*npm run migrate\n$/)]);
});
