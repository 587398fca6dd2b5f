import type { Orm } from '../db/orm.ts';
import type { Logger } from '../logger.ts';
import { JobLane } from './lane.ts';
import type { Task } from './task.ts';

/** Runs the jobs of one process: those of one lane a batch at a time, the lanes side by side. */
export class JobWorker {
  readonly #lanes: readonly JobLane[];
  #batches = 0;

  /** @param deps `owner` names this process among all that use the database */
  constructor(deps: { orm: Orm; log: Logger; owner: string }, tasks: readonly Task[]) {
    const onBatch = () => {
      this.#batches += 1;
      this.wake();
    };
    const lanes = Map.groupBy(tasks, (task) => task.lane);
    this.#lanes = [...lanes.values()].map((ofLane) => new JobLane({ ...deps, onBatch }, ofLane));
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** To be called after a commit that asked for work. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Resolves when nothing is due and nothing runs here; what waits for a later attempt is not waited for. */
  async idle(): Promise<void> {
    for (let before = -1; before !== this.#batches; ) {
      before = this.#batches;
      await Promise.all(this.#lanes.map((lane) => lane.idle()));
    }
  }

  /** Aborts what runs, and gives its jobs back. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}
