import type { App } from '../../app.ts';
import type { Context } from '../../context.ts';
import { findMessage, isRunning, type MessageRow, noSuchMessage } from '../own.ts';

const MAX_WAIT_MS = 120_000;

/** A reply that another process writes, whose news may be lost, is looked at as often. */
const LOOK_AGAIN_MS = 1_000;

type Waiting = Pick<Context, 'em' | 'viewer'> & { app: Pick<App, 'bell'> };

/** The reply once it has ended; as it is after two minutes, or when one of `signals` aborts. @throws NOT_FOUND */
export async function waitForEnd(ctx: Waiting, reply: MessageRow, ...signals: AbortSignal[]): Promise<MessageRow> {
  const ended = await endOrGone(ctx, reply, ...signals);
  if (!ended) throw noSuchMessage();
  return ended;
}

/** The same; null where the reply is deleted meanwhile. */
export async function endOrGone(
  { app, em, viewer }: Waiting,
  reply: MessageRow,
  ...signals: AbortSignal[]
): Promise<MessageRow | null> {
  const givenUp = AbortSignal.any([AbortSignal.timeout(MAX_WAIT_MS), ...signals]);
  let current: MessageRow | null = reply;
  while (current && isRunning(current) && !givenUp.aborted) {
    const news = app.bell.next(reply.session, givenUp, LOOK_AGAIN_MS);
    current = await findMessage(em, viewer.id, reply.id);
    if (current && isRunning(current)) await news;
  }
  return current;
}
