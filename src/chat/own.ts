import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { isId } from '../db/columns.ts';
import { db, type Em, type Row } from '../db/orm.ts';
import { AppError } from '../errors.ts';

export type SessionRow = Row<'chat_session'>;
export type MessageRow = Row<'chat_message'>;

type Scope = Pick<Context, 'em' | 'viewer'>;

export const noSuchSession = () => new AppError('NOT_FOUND', 'No such session.');
export const noSuchMessage = () => new AppError('NOT_FOUND', 'No such message.');

/** Null when there is none, or it is not the viewer's; deleted ones are found. */
export async function findSession(em: Em, userId: string, id: string): Promise<SessionRow | null> {
  if (!isId(id)) return null;
  return (await sessionById(em, userId, id).executeTakeFirst()) ?? null;
}

const sessionById = (em: Em, userId: string, id: string) =>
  db(em).selectFrom('chat_session').selectAll().where('id', '=', id).where('userId', '=', userId);

/** The viewer's session, unless deleted: what every change but restoring and deleting asks for. */
export async function activeSession({ em, viewer }: Scope, id: string): Promise<SessionRow> {
  const session = await findSession(em, viewer.id, id);
  if (!session || session.deletedAt) throw noSuchSession();
  return session;
}

export async function findMessage(em: Em, userId: string, id: string): Promise<MessageRow | null> {
  if (!isId(id)) return null;
  const found = await db(em)
    .selectFrom('chat_message')
    .selectAll()
    .where('id', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirst();
  return found ?? null;
}

export async function ownMessage({ em, viewer }: Scope, id: string): Promise<MessageRow> {
  const message = await findMessage(em, viewer.id, id);
  if (!message) throw noSuchMessage();
  return message;
}

/** A message of the viewer's in a session that is not deleted: what every change of a message asks for. */
export async function activeMessage(ctx: Scope, id: string): Promise<MessageRow> {
  const message = await ownMessage(ctx, id);
  const session = await findSession(ctx.em, ctx.viewer.id, message.session);
  if (!session || session.deletedAt) throw noSuchMessage();
  return message;
}

export const isRunning = (message: Pick<MessageRow, 'status'>): boolean =>
  message.status === 'PENDING' || message.status === 'STREAMING';

/** The same in SQL. Literals, because SQLite enters no partial index by a list of parameters. */
export const isRunningRow = sql<boolean>`status in ('PENDING', 'STREAMING')`;
