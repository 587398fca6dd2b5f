import { db, type Em } from '../../db/orm.ts';
import type { Passage } from '../../prompt/prompt.ts';
import type { MessageRow, SessionRow } from '../own.ts';

export interface RecentTurns {
  /** Whole messages, oldest first. */
  passages: Passage[];
  /** The viewer's last words before the question. */
  lastWords: string | null;
}

/** Of a turn that was followed by reports; more of them would take the place of all else. */
const MAX_MESSAGES_OF_TURN = 4;

/** The last `turns` turns before `beforeSeq`. Not among them: text of replies that failed, or that were written anew. */
export async function recentTurns(em: Em, session: SessionRow, beforeSeq: number, turns: number): Promise<RecentTurns> {
  const newestFirst = await db(em)
    .selectFrom('chat_message')
    .selectAll()
    .where('session', '=', session.id)
    .where('userId', '=', session.userId)
    .where('seq', '<', beforeSeq)
    .where('status', 'in', ['COMPLETE', 'CANCELLED'])
    .where('supersededBy', 'is', null)
    .where('content', '!=', '')
    .orderBy('seq', 'desc')
    .limit(MAX_MESSAGES_OF_TURN * turns)
    .execute();
  const kept = lastTurns(newestFirst, turns);
  return {
    passages: kept.map(passageOf).reverse(),
    lastWords: kept.find((message) => message.role === 'USER')?.content ?? null,
  };
}

/** A turn begins with the viewer's message, so the list is cut after the last one that still counts. */
function lastTurns(newestFirst: readonly MessageRow[], turns: number): MessageRow[] {
  const begins = newestFirst.flatMap((message, index) => (message.role === 'USER' ? [index] : []));
  const last = begins[turns - 1];
  return newestFirst.slice(0, last === undefined ? newestFirst.length : last + 1);
}

const passageOf = (message: MessageRow): Passage => ({
  messageId: message.id,
  role: message.role,
  saidAt: message.createdAt,
  text: message.content,
  range: [0, message.content.length],
  tokens: message.tokens,
});
