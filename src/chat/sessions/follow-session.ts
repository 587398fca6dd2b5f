import { setTimeout as after } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { forkEm } from '../../db/orm.ts';
import { untilLeft } from '../../until-left.ts';
import { findSession, noSuchSession, type SessionRow } from '../own.ts';

/** Changes that come together are told together. */
const JOIN_MS = 250;

/** A ring that was lost is made up for. */
const LOOK_AGAIN_MS = 30_000;

/** The session at once, then whenever it, its messages or its memory changed; ends when it is purged. @throws NOT_FOUND */
export async function followSession(ctx: Context, id: string): Promise<AsyncGenerator<SessionRow, void, undefined>> {
  const session = await findSession(ctx.em, ctx.viewer.id, id);
  if (!session) throw noSuchSession();
  return untilLeft((left) => follow(ctx, session, left));
}

async function* follow(
  { app, viewer }: Context,
  session: SessionRow,
  left: AbortSignal,
): AsyncGenerator<SessionRow, void, undefined> {
  let current: SessionRow | null = session;
  while (current && !left.aborted) {
    const change = app.bell.next(session.id, left, LOOK_AGAIN_MS);
    yield current;
    await change;
    await after(JOIN_MS, undefined, { signal: left }).catch(() => undefined);
    if (!left.aborted) current = await findSession(forkEm(app.orm), viewer.id, session.id);
  }
}
