import { setTimeout as after } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { viewerEm } from '../../db/orm.ts';
import { untilLeft } from '../../until-left.ts';
import { findSession, noSuchSession, type SessionRow } from '../own.ts';

/** Changes that come together are told together. */
const JOIN_MS = 250;

/** A ring that was lost is made up for. */
const LOOK_AGAIN_MS = 30_000;
const LOOK_AGAIN_UNHEARD_MS = 2_000;

/** The session at once, then whenever it, its messages or its memory changed; ends when it is purged. @throws NOT_FOUND */
export async function followSession(ctx: Context, id: string): Promise<AsyncGenerator<SessionRow, void, undefined>> {
  const session = await findSession(ctx.em, ctx.viewer.id, id);
  if (!session) throw noSuchSession();
  return untilLeft((left) => follow(ctx, session.id, left));
}

async function* follow(
  { app, viewer }: Context,
  id: string,
  left: AbortSignal,
): AsyncGenerator<SessionRow, void, undefined> {
  while (!left.aborted) {
    const reading = new AbortController();
    try {
      // Before the session is read, so that no change falls between.
      const waitMs = app.bell.isHeard ? LOOK_AGAIN_MS : LOOK_AGAIN_UNHEARD_MS;
      const change = app.bell.next(id, AbortSignal.any([left, reading.signal]), waitMs);
      const session = await findSession(viewerEm(app.orm, viewer.id), viewer.id, id);
      if (!session) return;
      yield session;
      await change;
    } finally {
      reading.abort();
    }
    await after(JOIN_MS, undefined, { signal: left }).catch(() => undefined);
  }
}
