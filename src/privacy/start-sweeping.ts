import type { Config } from '../config.ts';
import { cutLog } from '../db/cut-log.ts';
import { forkEm, type Orm } from '../db/orm.ts';
import type { JobWorker } from '../jobs/worker.ts';
import type { Logger } from '../logger.ts';
import { sweep } from './sweep.ts';

const SWEEP_MS = 600_000;

interface Sweeping {
  /** One more, now; what goes wrong is logged, and tried again with the next. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

/** Sweeps at once and then every ten minutes. */
export function startSweeping(deps: {
  orm: Orm;
  log: Logger;
  jobs: JobWorker;
  retention: Config['retention'];
  now(): Date;
}): Sweeping {
  const once = async () => {
    try {
      const asked = await sweep(deps.orm, deps.retention, deps.now());
      if (asked > 0) deps.log.info({ sessions: asked }, 'sessions are due');
      if (asked > 0) deps.jobs.wake();
      // Where somebody read it when something was deleted, or the process ended on its way.
      await cutLog({ em: forkEm(deps.orm), log: deps.log }, 0);
    } catch (error) {
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
