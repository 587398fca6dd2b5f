import type { Config } from '../config.ts';
import { cutLog } from '../db/cut-log.ts';
import { forkEm, type Orm } from '../db/orm.ts';
import { deleteDisownedDocuments } from '../documents/delete-document.ts';
import type { JobWorker } from '../jobs/worker.ts';
import type { Logger } from '../logger.ts';
import { sweep } from './sweep.ts';

const SWEEP_MS = 600_000;

interface Sweeping {
  /** One more, now; what goes wrong is logged, and tried again with the next. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

/** Sweeps at once and then every ten minutes; ends, too, the deletions of documents that were cut off. */
export function startSweeping(deps: {
  orm: Orm;
  log: Logger;
  jobs: JobWorker;
  retention: Config['retention'];
  now(): Date;
  /** Ends the deletions too: those of long documents take minutes, and go on after the next start. */
  draining: AbortSignal;
}): Sweeping {
  const once = async () => {
    try {
      const asked = await sweep(deps.orm, deps.retention, deps.now());
      if (asked > 0) deps.log.info({ sessions: asked }, 'sessions are due');
      if (asked > 0) deps.jobs.wake();
      await deleteDisownedDocuments(forkEm(deps.orm), deps.draining);
      // Where somebody read it when something was deleted, or the process ended on its way.
      await cutLog({ em: forkEm(deps.orm), log: deps.log }, 0);
    } catch (error) {
      if (deps.draining.aborted) return;
      deps.log.error({ err: error }, 'the sweep did not work');
    }
  };
  let last = once();
  const again = () => {
    last = last.then(once);
    return last;
  };
  const timer = setInterval(again, SWEEP_MS);
  timer.unref();
  return {
    sweep: again,
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}
