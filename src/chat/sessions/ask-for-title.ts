import { db, type Em } from '../../db/orm.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { MessageRow } from '../own.ts';

/** Names the session of its first reply, its key is the session. */
export const TITLE_SESSION_TASK = 'title-session';

/** In the transaction that ends `reply`: once for each session, after the first turn that came to something. */
export async function askForTitle(em: Em, reply: MessageRow): Promise<void> {
  const { userId, session, id, seq, type, status, content } = reply;
  if (type !== 'CHAT' || status === 'FAILED' || content.trim() === '') return;
  const untitled = await db(em)
    .selectFrom('chat_session')
    .select('id')
    .where('id', '=', session)
    .where('userId', '=', userId)
    .where('titleIsAutomatic', '=', true)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('chat_message')
            .select('chat_message.id')
            .where('chat_message.session', '=', session)
            .where('chat_message.seq', '<', seq)
            .where('chat_message.role', '=', 'ASSISTANT')
            .where('chat_message.type', '=', 'CHAT')
            .where('chat_message.status', 'in', ['COMPLETE', 'CANCELLED'])
            .where('chat_message.content', '!=', ''),
        ),
      ),
    )
    .executeTakeFirst();
  if (untitled)
    await enqueue(em, { userId, task: TITLE_SESSION_TASK, key: session, sessionId: session, messageId: id });
}
