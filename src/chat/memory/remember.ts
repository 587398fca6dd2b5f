import { db, type Em } from '../../db/orm.ts';
import { indexText } from '../../memory/index/index-text.ts';
import type { MessageRow } from '../own.ts';

/** Indexes a message that has just got its text, where its session is to be remembered. */
export async function remember(em: Em, message: MessageRow): Promise<void> {
  // It may have been forgotten while it was written.
  if (message.forgottenAt || !isCovered(message)) return;
  const session = await db(em)
    .selectFrom('chat_session')
    .select(['longTermMemory', 'deletedAt'])
    .where('id', '=', message.session)
    .where('userId', '=', message.userId)
    .executeTakeFirst();
  if (!session?.longTermMemory || session.deletedAt) return;
  await indexText(em, {
    userId: message.userId,
    sessionId: message.session,
    messageId: message.id,
    seq: message.seq,
    role: message.role,
    saidAt: message.createdAt,
    text: message.content,
  });
}

/** Whether long-term memory records messages of this kind; see ChatMessage.memory. */
export function isCovered(message: Pick<MessageRow, 'type' | 'role' | 'status' | 'content' | 'supersededBy'>): boolean {
  if (message.type !== 'CHAT' || message.supersededBy !== null || message.content.trim() === '') return false;
  return message.role === 'USER' || message.status === 'COMPLETE' || message.status === 'CANCELLED';
}
