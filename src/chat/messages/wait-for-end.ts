import type { Context } from '../../context.ts';
import { isRunning, type MessageRow, ownMessage } from '../own.ts';

const MAX_WAIT_MS = 120_000;

/** A reply that another process writes, whose news may be lost, is looked at as often. */
const LOOK_AGAIN_MS = 1_000;

/** The reply once it has ended; as it is after two minutes, or when one of `signals` aborts. */
export async function waitForEnd(
  ctx: Pick<Context, 'app' | 'em' | 'viewer'>,
  reply: MessageRow,
  ...signals: AbortSignal[]
): Promise<MessageRow> {
  const givenUp = AbortSignal.any([AbortSignal.timeout(MAX_WAIT_MS), ...signals]);
  let current = reply;
  while (isRunning(current) && !givenUp.aborted) {
    const news = ctx.app.bell.next(reply.session, givenUp, LOOK_AGAIN_MS);
    current = await ownMessage(ctx, reply.id);
    if (isRunning(current)) await news;
  }
  return current;
}
