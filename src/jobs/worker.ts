import { setImmediate as afterThis } from 'node:timers/promises';
import { forkEm } from '../db/orm.ts';
import { JobLane, type LaneDeps } from './lane.ts';
import { dueTimes } from './leases.ts';
import type { Task } from './task.ts';

interface WorkerDeps extends Omit<LaneDeps, 'onBatch' | 'dueTimes'> {
  /** Work was asked for, which another process may do as well. */
  onAsked?: () => void;
}

/** Runs the jobs of one process: those of one lane a batch at a time, the lanes side by side. */
export class JobWorker {
  readonly #lanes: readonly JobLane[];
  readonly #onAsked: () => void;
  #batches = 0;

  constructor({ onAsked = () => undefined, ...deps }: WorkerDeps, tasks: readonly Task[]) {
    this.#onAsked = onAsked;
    const onBatch = () => {
      this.#batches += 1;
      this.wakeHere();
    };
    const lanes = Map.groupBy(tasks, (task) => task.lane);
    const names = tasks.map((task) => task.name);
    let asked: ReturnType<typeof dueTimes> | null = null;
    // Lanes are woken together, and ask together. Whoever comes once the database is being asked asks again.
    const dueTimesOfAll = () => {
      asked ??= afterThis().then(() => {
        asked = null;
        return dueTimes(forkEm(deps.orm), names);
      });
      return asked;
    };
    const laneDeps = { ...deps, onBatch, dueTimes: dueTimesOfAll };
    this.#lanes = [...lanes.values()].map((ofLane) => new JobLane(laneDeps, ofLane));
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** To be called after a commit that asked for work. Other processes are told of it only where it would have to wait here. */
  wake(): void {
    const isDoneHere = this.#lanes.every((lane) => lane.isFree);
    this.wakeHere();
    if (!isDoneHere) this.#onAsked();
  }

  /** Another process asked for work. */
  wakeHere(): void {
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
