import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Notifications } from '../../src/db/notifications.ts';
import { createLogger } from '../../src/logger.ts';
import { isPglite, serverDatabase, testDialect } from '../support/test-database.ts';

interface Heard {
  notifications: Notifications;
  words: string[];
  connections: boolean[];
  /** How often it heard that another had something to tell. */
  lost(): number;
}

/** One process's end, connected. */
async function listening(url: string): Promise<Heard> {
  const notifications = new Notifications(url, createLogger('silent'));
  const words: string[] = [];
  const connections: boolean[] = [];
  let lost = 0;
  notifications.start({
    onNews: (more) => words.push(...more),
    onLost: () => {
      lost += 1;
    },
    onConnection: (isConnected) => connections.push(isConnected),
  });
  onTestFinished(() => notifications.stop());
  await expect.poll(() => connections).toEqual([true]);
  return { notifications, words, connections, lost: () => lost };
}

async function terminateListeners(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'carryover listen' and datname = current_database()`,
  );
  await client.end();
}

describe.skipIf(testDialect === 'sqlite' || isPglite)('between processes', () => {
  test('what one tells is heard by all others, each word once, and not by itself', async () => {
    const url = await serverDatabase();
    const [one, two, three] = await Promise.all([listening(url), listening(url), listening(url)]);
    for (const word of ['ring:a', 'ring:b', 'ring:a']) one.notifications.tell(word);
    for (const other of [two, three]) await expect.poll(() => other.words).toEqual(['ring:a', 'ring:b']);
    two.notifications.tell('jobs');
    await expect.poll(() => one.words).toEqual(['jobs']);
  });

  test('more than one message can hold is told in several', async () => {
    const url = await serverDatabase();
    const [one, two] = await Promise.all([listening(url), listening(url)]);
    const told = Array.from({ length: 1000 }, (_, n) => `ring:01999999-9999-7999-8999-${String(n).padStart(12, '0')}`);
    for (const word of told) one.notifications.tell(word);
    await expect.poll(() => two.words).toEqual(told);
  });

  test('what one could not tell while its connection was down, others hear of once it is back', async () => {
    const url = await serverDatabase();
    const two = await listening(url);
    const one = new Notifications(url, createLogger('silent'));
    onTestFinished(() => one.stop());
    one.tell('ring:a');
    one.start({ onNews: () => undefined, onLost: () => undefined, onConnection: () => undefined });
    await expect.poll(() => two.lost()).toBe(1);
    one.tell('ring:b');
    await expect.poll(() => two.words).toEqual(['ring:b']);
    expect(two.lost()).toBe(1);
  });

  test('a connection that is cut is told of, and made again', async () => {
    const url = await serverDatabase();
    const [one, two] = await Promise.all([listening(url), listening(url)]);
    await terminateListeners(url);
    await expect.poll(() => two.connections).toEqual([true, false, true]);
    await expect.poll(() => one.connections).toEqual([true, false, true]);
    one.notifications.tell('ring:c');
    await expect.poll(() => two.words).toEqual(['ring:c']);
  });
});
