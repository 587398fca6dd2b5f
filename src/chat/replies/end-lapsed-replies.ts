import { setTimeout as after } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { isDatabaseAway } from '../../graphql/database-away.ts';
import { interruptReplies } from './interrupt-replies.ts';

const LOOK_MS = 2_000;

/** Ends the replies of processes that are gone, for as long as this one runs. @returns what stops it */
export function endLapsedReplies(app: Pick<App, 'orm' | 'log' | 'bell' | 'metrics'>): () => Promise<void> {
  const stopping = new AbortController();
  const running = look(app, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function look(app: Pick<App, 'orm' | 'log' | 'bell' | 'metrics'>, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await interruptReplies(app, new Date(), ({ id, session }) => {
        app.metrics.turns.inc({ outcome: 'FAILED' });
        app.bell.ring(id);
        app.bell.ring(session);
      });
    } catch (error) {
      const level = isDatabaseAway(error) ? 'warn' : 'error';
      app.log[level]({ err: error }, 'replies of other processes could not be looked for');
    }
    await after(LOOK_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
