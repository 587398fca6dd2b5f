import type { Context } from '../../context.ts';
import { db } from '../../db/orm.ts';
import { invalid } from '../../errors.ts';
import type { MessageRow, SessionRow } from '../own.ts';

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface MessagePage {
  nodes: MessageRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

/** One page of a session's messages, oldest first. `seq` runs from 1 to `messageCount` without a gap, so both ends are known. */
export async function listMessages(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  session: SessionRow,
  page: PageArguments,
): Promise<MessagePage> {
  const { size, fromStart } = sizeOf(page);
  const after = page.after == null ? 0 : readCursor(page.after, 'after');
  const before = page.before == null ? session.messageCount + 1 : readCursor(page.before, 'before');
  const rows = await db(em)
    .selectFrom('chat_message')
    .selectAll()
    .where('session', '=', session.id)
    .where('userId', '=', viewer.id)
    .where('seq', '>', after)
    .where('seq', '<', before)
    .orderBy('seq', fromStart ? 'asc' : 'desc')
    .limit(size)
    .execute();
  const nodes = fromStart ? rows : rows.reverse();
  return {
    nodes,
    hasPreviousPage: (nodes[0]?.seq ?? Math.min(after, session.messageCount) + 1) > 1,
    hasNextPage: (nodes.at(-1)?.seq ?? before - 1) < session.messageCount,
  };
}

function sizeOf({ first, last }: PageArguments): { size: number; fromStart: boolean } {
  if (first != null && last != null) throw invalid('last', 'first and last cannot both be given');
  const size = first ?? last ?? DEFAULT_PAGE;
  const name = first == null ? 'last' : 'first';
  if (size < 1 || size > MAX_PAGE) throw invalid(name, `${name} must be from 1 to ${MAX_PAGE}`);
  return { size, fromStart: first != null };
}

export const messageCursor = (message: Pick<MessageRow, 'seq'>): string =>
  Buffer.from(`seq ${message.seq}`).toString('base64url');

function readCursor(cursor: string, name: 'after' | 'before'): number {
  const [, seq] = /^seq ([1-9]\d{0,8})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!seq) throw invalid(name, `${name} is not a cursor of this list`);
  return Number(seq);
}
