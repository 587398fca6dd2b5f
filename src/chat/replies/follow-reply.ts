import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { db, type Em, viewerEm } from '../../db/orm.ts';
import { AppError, invalid } from '../../errors.ts';
import { untilLeft } from '../../until-left.ts';
import { isRunning, type MessageRow, ownMessage } from '../own.ts';
import type { ReplyDelta, ReplyEvent } from '../reply-event.type.ts';
import { deltaFrom } from './reply-log.ts';
import { endOf } from './settle-reply.ts';

/** Rows of a reply that is written elsewhere are read at every ring, and as often without one. */
const LOOK_AGAIN_MS = 5_000;
const LOOK_AGAIN_UNHEARD_MS = 500;

/**
 * The text of a reply from `fromOffset` on, as it comes, then what it ended with.
 *
 * @throws NOT_FOUND, or BAD_USER_INPUT for a message that is no reply and for a negative offset
 */
export async function followReply(
  ctx: Context,
  { messageId, fromOffset }: { messageId: string; fromOffset: number },
): Promise<AsyncGenerator<ReplyEvent, void, undefined>> {
  if (fromOffset < 0) throw invalid('fromOffset', 'fromOffset must not be less than 0');
  const reply = await ownMessage(ctx, messageId);
  if (reply.role !== 'ASSISTANT') throw new AppError('BAD_USER_INPUT', 'Only a reply can be followed.');
  const rows = (offset: number, left: AbortSignal) => followRows(ctx, reply, offset, left);
  const log = ctx.app.replies.get(reply.id)?.log;
  return log ? log.read(fromOffset, rows) : untilLeft((left) => rows(fromOffset, left));
}

async function* followRows(
  { app, viewer }: Context,
  reply: MessageRow,
  fromOffset: number,
  left: AbortSignal,
): AsyncGenerator<ReplyEvent, void, undefined> {
  let offset = fromOffset;
  while (!left.aborted) {
    const news = new AbortController();
    const waitMs = app.bell.isHeard ? LOOK_AGAIN_MS : LOOK_AGAIN_UNHEARD_MS;
    const rung = app.bell.next(reply.id, AbortSignal.any([left, news.signal]), waitMs);
    const current = await readReply(viewerEm(app.orm, viewer.id), viewer.id, reply.id, offset);
    const delta = current && deltaAt(current, offset);
    if (delta) {
      offset = delta.offset + delta.text.length;
      yield delta;
    }
    if (!current || !isRunning(current.message)) {
      news.abort();
      if (current) yield endOf(current.message);
      return;
    }
    await rung;
  }
}

interface ReadReply {
  message: MessageRow;
  /** From `begin` on, which is no further than what was asked for. */
  text: string;
  begin: number;
}

/**
 * A reply with its text from an offset on, as it was at one moment: while it is written, what was persisted. Null once it is
 * deleted.
 */
async function readReply(em: Em, userId: string, id: string, offset: number): Promise<ReadReply | null> {
  const rows = await db(em)
    .selectFrom('chat_message')
    .leftJoin('reply_part', (join) =>
      join.onRef('reply_part.message', '=', 'chat_message.id').on('reply_part.offset', '>=', partWith(id, offset)),
    )
    .selectAll('chat_message')
    .select(['reply_part.offset as partOffset', 'reply_part.text as partText'])
    .where('chat_message.id', '=', id)
    .where('chat_message.userId', '=', userId)
    .orderBy('reply_part.offset')
    .execute();
  const [first] = rows;
  if (!first) return null;
  const { partOffset, partText: _, ...message } = first;
  if (!isRunning(message)) return { message, text: message.content, begin: 0 };
  return { message, text: rows.map(({ partText }) => partText ?? '').join(''), begin: partOffset ?? offset };
}

/** Where the part begins in which the offset lies. */
const partWith = (id: string, offset: number) => sql<number>`
  (select coalesce(max("offset"), 0) from reply_part where message_id = ${id} and "offset" <= ${offset})`;

/** A part never begins within a character. */
function deltaAt({ message, text, begin }: ReadReply, offset: number): ReplyDelta | null {
  const delta = deltaFrom(message.id, text, offset - begin);
  return delta && { ...delta, offset: begin + delta.offset };
}

/** What a running reply's parts come to. */
export async function persistedText(em: Em, id: string): Promise<string> {
  const parts = await db(em)
    .selectFrom('reply_part')
    .select('text')
    .where('message', '=', id)
    .orderBy('offset')
    .execute();
  return parts.map((part) => part.text).join('');
}
