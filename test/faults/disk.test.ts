import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { startModelServer } from '../support/model-server.ts';
import { interfere, NO_STRACE, rowsOf, runProgram, startServer, temporaryFolder } from '../support/server-process.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** More than a busy machine needs for anything here. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** A disk of 4 MB that ends with the test; null where one cannot be mounted. */
function smallDisk(): { folder: string; fill(): void; free(): void } | null {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'carryover-test', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  const filler = path.join(folder, 'filler');
  return { folder, fill: () => fill(filler), free: () => rmSync(filler) };
}

const NO_DISK = 'no small disk can be mounted here: that takes root';

/** To the last byte. */
function fill(file: string): void {
  const handle = openSync(file, 'a');
  for (let size = 65_536; size >= 1; ) {
    try {
      if (writeSync(handle, Buffer.alloc(size)) < size) size = Math.floor(size / 2);
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(handle);
}

const modelEnv = (url: string) => ({
  OPENAI_BASE_URL: url,
  CHAT_MODELS: 'test-model',
  EMBEDDINGS: 'openai',
  EMBEDDING_MODEL: 'test-embedding',
});

const LONG = 'I lay awake and thought of Monday. '.repeat(200);

test('on a full disk nothing is acknowledged or half stored, reading goes on, and all goes on once there is room', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (!disk) return skip(NO_DISK);
  const file = path.join(disk.folder, 'carryover.db');
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const { viewer } = await startServer({ env: { DATABASE_URL: `sqlite:${file}`, ...modelEnv(model.url) } });
  const { session } = await viewer.turn('I cannot sleep.');
  const gate = createGate();
  model.next(slowly(['Breathe', ' in', ' slowly.'], gate));
  const { reply: running } = await viewer.send('Are you there?');
  const following = viewer.follow(running.id);
  await vi.waitFor(() => expect(model.chats).toHaveLength(2), PATIENCE);

  disk.fill();
  const refused = async () => {
    await expect(viewer.send(LONG, { sessionId: session.id })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  };
  await refused();
  await refused();
  // A reply that is under way is written on for its readers, and waits with its end.
  gate.releaseAll();
  await vi.waitFor(async () => expect((await viewer.message(running.id)).status).toBe('STREAMING'), PATIENCE);
  expect(await viewer.session(session.id)).toMatchObject({ messageCount: 2, runningReply: null });
  expect((await viewer.messages(session.id)).nodes).toHaveLength(2);

  disk.free();
  const { text, events } = await following;
  expect(text).toBe('Breathe in slowly.');
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { content: text } });
  const { message } = await viewer.turn(LONG.trim(), { sessionId: session.id });
  expect(message.seq).toBe(3);
  expect(rowsOf(file, 'select count(*) as messages from chat_message')).toEqual([{ messages: 6 }]);
  await vi.waitFor(() => expect(rowsOf(file, 'select * from job')).toEqual([]), PATIENCE);
  expect(rowsOf(file, 'select * from reply_part')).toEqual([]);
  expect(rowsOf(file, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('a file that there is no room to receive is not said to be at fault, and comes once there is', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (!disk) return skip(NO_DISK);
  const file = path.join(temporaryFolder(), 'carryover.db');
  const { viewer } = await startServer({ env: { DATABASE_URL: `sqlite:${file}`, TMPDIR: disk.folder } });
  disk.fill();
  expect(await viewer.upload('long.txt', LONG)).toMatchObject({ status: 503, error: { code: 'SERVICE_UNAVAILABLE' } });
  disk.free();
  expect(await viewer.upload('long.txt', LONG)).toMatchObject({ status: 201 });
});

test('a server on a full disk stops when it is asked to, and the next ends its reply', async ({ skip }) => {
  const disk = smallDisk();
  if (!disk) return skip(NO_DISK);
  const file = path.join(disk.folder, 'carryover.db');
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const env = { DATABASE_URL: `sqlite:${file}`, DRAIN_SECONDS: '0', ...modelEnv(model.url) };
  const server = await startServer({ env });
  const gate = createGate();
  model.next(slowly(['Breathe', ' in.'], gate));
  const { reply } = await server.viewer.send(LONG);
  gate.release(1);
  await vi.waitFor(() => expect(rowsOf(file, 'select text from reply_part')).toEqual([{ text: 'Breathe' }]), PATIENCE);
  disk.fill();

  server.signal('SIGTERM');
  await server.exited;
  expect(server.logged()).toContain('stopped');

  const said = await runProgram({ env: { ...env, DATABASE_URL: `sqlite:${disk.folder}/another.db` } });
  expect(said.code).toBe(1);
  expect(said.stderr).toMatch(/^The database cannot be used: .+\. See DATABASE_URL\.\n$/);

  disk.free();
  const { viewer } = await startServer({ env });
  const ended = await viewer.message(reply.id);
  expect(ended).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED', retryable: true } });
  expect('Breathe').toBe(ended.content);
});

test('a disk that fails for a while loses nothing that was acknowledged', async ({ skip }) => {
  if (NO_STRACE) return skip(NO_STRACE);
  const file = path.join(temporaryFolder(), 'carryover.db');
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const env = { DATABASE_URL: `sqlite:${file}`, ...modelEnv(model.url) };
  const server = await startServer({ env });
  const { viewer } = server;
  const { session } = await viewer.turn('I cannot sleep.');

  const repaired = await interfere(server.pid, `${file}-wal`, 'pwrite64,fsync,fdatasync', 'error=EIO');
  await expect(viewer.send('Lost?', { sessionId: session.id })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(await viewer.session(session.id)).toMatchObject({ messageCount: 2 });
  await repaired();

  model.next(says('Breathe.'));
  const { message } = await viewer.turn('Found.', { sessionId: session.id });
  expect(message.seq).toBe(3);
  await server.kill();
  const next = await startServer({ env });
  const { nodes } = await next.viewer.messages(session.id);
  expect(nodes.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3, 4]);
  expect(nodes[2].content).toBe('Found.');
  expect(rowsOf(file, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('a commit is on the disk before it is told of, and several may read while one writes', async () => {
  const orm = await openOrm(`sqlite:${path.join(temporaryFolder(), 'carryover.db')}`, entities);
  onTestFinished(() => orm.close(true));
  const setting = async (name: string) => Object.values((await orm.em.execute(`pragma ${name}`))[0] ?? {});
  const FULL = 2;
  expect(await setting('synchronous')).toEqual([FULL]);
  expect(await setting('journal_mode')).toEqual(['wal']);
  expect(await setting('foreign_keys')).toEqual([1]);
  expect(await setting('secure_delete')).toEqual([1]);
});
