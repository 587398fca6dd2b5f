import { db, type Em } from '../../db/orm.ts';
import { indexText } from '../../memory/index/index-text.ts';
import type { MessageRow, SessionRow } from '../own.ts';

type Switches = Pick<SessionRow, 'longTermMemory' | 'deletedAt'>;

/**
 * Indexes a message that has just got its text, where its session is to be remembered.
 *
 * @param known its session, as this transaction has found it; default: it is looked for
 */
export async function remember(em: Em, message: MessageRow, known?: Switches): Promise<void> {
  // It may have been forgotten while it was written.
  if (message.forgottenAt || !isCovered(message)) return;
  const session = known ?? (await switchesOf(em, message));
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

function switchesOf(em: Em, { session, userId }: MessageRow): Promise<Switches | undefined> {
  return db(em)
    .selectFrom('chat_session')
    .select(['longTermMemory', 'deletedAt'])
    .where('id', '=', session)
    .where('userId', '=', userId)
    .executeTakeFirst();
}

/** Whether long-term memory records messages of this kind; see ChatMessage.memory. */
export function isCovered(message: Pick<MessageRow, 'type' | 'role' | 'status' | 'content' | 'supersededBy'>): boolean {
  if (message.type !== 'CHAT' || message.supersededBy !== null || message.content.trim() === '') return false;
  return message.role === 'USER' || message.status === 'COMPLETE' || message.status === 'CANCELLED';
}
