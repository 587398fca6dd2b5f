import { createHash } from 'node:crypto';
import { db, type Em } from '../../db/orm.ts';
import { AppError } from '../../errors.ts';
import { findMessage, findSession, type MessageRow, type SessionRow } from '../own.ts';

/** A viewer's key and what it was used for, as hashes: the row says nothing of either, and may outlive the session. */
export interface RequestKey {
  keyHash: string;
  requestHash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @param input without what may differ between tries of the same request; not validated yet */
export function requestKey(key: string, operation: string, input: object): RequestKey {
  return { keyHash: sha256(key), requestHash: sha256(`${operation} ${JSON.stringify(input, inOrder)}`) };
}

/** Objects by the order of their fields' names; null is as absent. Not canonicalize, which throws on half a character. */
const inOrder = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field != null)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    : value;

export async function storeKey(em: Em, userId: string, key: RequestKey, replyId: string): Promise<void> {
  await db(em)
    .insertInto('idempotency_key')
    .values({ userId, ...key, reply: replyId })
    .execute();
}

/**
 * What an earlier request with this key wrote; null where there was none.
 *
 * @throws CONFLICT where the key was used for something else, NOT_FOUND where what it wrote is deleted
 */
export async function earlierReply(
  em: Em,
  userId: string,
  key: RequestKey,
): Promise<{ session: SessionRow; reply: MessageRow } | null> {
  const used = await db(em)
    .selectFrom('idempotency_key')
    .selectAll()
    .where('userId', '=', userId)
    .where('keyHash', '=', key.keyHash)
    .executeTakeFirst();
  if (!used) return null;
  if (used.requestHash !== key.requestHash) {
    throw new AppError('CONFLICT', 'This idempotency key was used for another request.');
  }
  const reply = used.reply && (await findMessage(em, userId, used.reply));
  const session = reply && (await findSession(em, userId, reply.session));
  if (!session || session.deletedAt) throw new AppError('NOT_FOUND', 'What this request wrote is deleted.');
  return { session, reply };
}
