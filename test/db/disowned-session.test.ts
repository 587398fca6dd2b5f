import { expect } from 'vitest';
import { deleteDisowned, disownedSessions, disownSession } from '../../src/chat/sessions/disowned-session.ts';
import { db, forkEm } from '../../src/db/orm.ts';
import { aMessage, aSession, test } from '../support/indexed-sessions.ts';

test('a purge that is asked to stop does so between two slices, and is gone on with', async ({ orm }) => {
  const id = await aSession(orm);
  for (let seq = 1; seq <= 120; seq++) await aMessage(orm, id, seq, `Message ${seq}`);
  const em = forkEm(orm);
  const left = async () =>
    (await db(em).selectFrom('chat_message').select('seq').where('session', '=', id).orderBy('seq').execute()).length;
  await em.transactional((tx) => disownSession(tx, 'alice', id));

  await expect(deleteDisowned(em, id, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect(await left()).toBe(70);
  expect(await disownedSessions(em)).toEqual([id]);

  await deleteDisowned(em, id);
  expect(await left()).toBe(0);
  expect(await disownedSessions(em)).toEqual([]);
});
