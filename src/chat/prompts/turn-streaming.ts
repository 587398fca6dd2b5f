import { db, type Em } from '../../db/orm.ts';

/** Turns a reply STREAMING. @returns false where it is to be written no more: cancelled, deleted, or another process's */
export async function turnStreaming(
  em: Em,
  owner: string,
  reply: { id: string; userId: string },
  model: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db(em)
    .updateTable('chat_message')
    .set({ status: 'STREAMING', model })
    .where('id', '=', reply.id)
    .where('userId', '=', reply.userId)
    .where('leaseOwner', '=', owner)
    .where('status', '=', 'PENDING')
    .where('cancelRequestedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
