import { type Em, forkEm, type Orm } from '../db/orm.ts';
import type { Logger } from '../logger.ts';
import { claim, labelOfError, release, renew, retryLater, reviveFailed } from './leases.ts';
import { LeaseLostError, stillHeld } from './queue.ts';
import { hastenPostponed } from './reserve.ts';
import type { Admit, ClaimedJob, Task } from './task.ts';

const RENEW_MS = 3000;
/** How long a job that another process asked for may lie before it is seen. */
const POLL_MS = 2000;

/** The task returned without having ended its job. */
class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError';
}

export interface LaneDeps {
  orm: Orm;
  log: Logger;
  /** Names this process among all that use the database. */
  owner: string;
  /** Asked before a task that calls a model runs; null: nothing is limited. */
  admit: Admit | null;
  /** When the next job of each task is or becomes claimable, as it is at the time of the call or later. */
  dueTimes(): Promise<ReadonlyMap<string, Date>>;
  /** Called after every batch, which may have asked for work of other lanes. */
  onBatch(): void;
}

/** Runs the jobs of some tasks, a batch at a time. */
export class JobLane {
  readonly #deps: LaneDeps;
  readonly #tasks: readonly Task[];
  readonly #stopping = new AbortController();
  #loop: Promise<void> | null = null;
  #running: readonly ClaimedJob[] = [];
  #wake = Promise.withResolvers<void>();
  #idlers: (() => void)[] = [];

  constructor(deps: LaneDeps, tasks: readonly Task[]) {
    this.#deps = deps;
    this.#tasks = tasks;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Whether it does at once what it is woken for. */
  get isFree(): boolean {
    return this.#loop !== null && this.#running.length === 0 && !this.#stopping.signal.aborted;
  }

  /** To be called after a commit that asked for work. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Resolves when nothing is due and nothing runs here; what waits for a later attempt is not waited for. */
  idle(): Promise<void> {
    if (this.#loop === null || this.#stopping.signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idlers.push(resolve);
    this.wake();
    return promise;
  }

  /** Aborts what runs, and gives its jobs back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    // Without waiting for the task, which may be slow to notice: another process may begin at once.
    await this.#release().catch((error: unknown) => {
      this.#deps.log.error({ error: labelOfError(error) }, 'jobs not given back, their leases will run out');
    });
    await this.#loop;
  }

  async #run(): Promise<void> {
    const unreadable = (error: unknown) => {
      this.#deps.log.error({ error: labelOfError(error) }, 'jobs unreadable');
      return null;
    };
    await reviveFailed(this.#em(), this.#taskNames()).catch(unreadable);
    await hastenPostponed(this.#em(), this.#taskNames()).catch(unreadable);
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers();
      // Those that come during this pass wait for the next: it may have missed their jobs.
      const idlers = this.#idlers.splice(0);
      const waitMs = await this.#pass().catch(unreadable);
      if (waitMs === null || waitMs <= 0) this.#idlers.push(...idlers);
      else for (const resolve of idlers) resolve();

      const timer = setTimeout(this.#wake.resolve, Math.max(0, waitMs ?? POLL_MS));
      await this.#wake.promise;
      clearTimeout(timer);
    }
    for (const resolve of this.#idlers.splice(0)) resolve();
  }

  /** Does a batch of each task that is due. @returns how long there is nothing to do; 0 or less: there may be more */
  async #pass(): Promise<number> {
    const due = await this.#deps.dueTimes();
    let claimed = 0;
    for (const task of this.#tasks) {
      if (this.#stopping.signal.aborted) return POLL_MS;
      const now = new Date();
      const dueAt = due.get(task.name);
      if (!dueAt || dueAt > now) continue;
      const jobs = await claim(this.#em(), task, this.#deps.owner, now);
      claimed += jobs.length;
      if (jobs.length > 0) await this.#runBatch(task, jobs);
    }
    if (claimed > 0) return 0;
    const own = this.#tasks.flatMap(({ name }) => due.get(name) ?? []);
    return Math.min(POLL_MS, ...own.map((time) => time.getTime() - Date.now()));
  }

  async #runBatch(task: Task, jobs: readonly ClaimedJob[]): Promise<void> {
    const begun = performance.now();
    const lost = new AbortController();
    const renewing = setInterval(() => {
      renew(this.#em(), this.#deps.owner, jobs, new Date()).then(
        (held) => held === 0 && lost.abort(new LeaseLostError()),
        (error) => this.#deps.log.warn({ task: task.name, error: labelOfError(error) }, 'lease not renewed'),
      );
    }, RENEW_MS);
    this.#running = jobs;
    let failure: unknown = null;
    let count = 0;
    try {
      // More attempts than allowed: the runs before ended their process.
      const allowed = jobs.filter((job) => job.attempts <= task.maxAttempts);
      const admitted = allowed.length > 0 ? await this.#admitted(task, allowed) : [];
      count = admitted.length;
      if (count > 0) await task.run(admitted, AbortSignal.any([this.#stopping.signal, lost.signal]));
    } catch (error) {
      failure = error;
    } finally {
      clearInterval(renewing);
    }
    if (this.#stopping.signal.aborted) await this.#release();
    else await this.#retryLater(task, jobs, failure);
    this.#running = [];
    this.#deps.onBatch();

    const line = { task: task.name, count, durationMs: Math.round(performance.now() - begun) };
    if (failure === null && count > 0) this.#deps.log.info(line, 'jobs done');
    if (failure !== null) this.#deps.log.warn({ ...line, error: labelOfError(failure) }, 'jobs not done');
  }

  /** Those that the task has ended are none of ours: most often all of them, which one statement finds out. */
  async #retryLater(task: Task, jobs: readonly ClaimedJob[], failure: unknown): Promise<void> {
    const left = failure === null ? await stillHeld(this.#em(), jobs) : jobs;
    for (const job of left) await retryLater(this.#em(), job, task, failure ?? new UnfinishedError(), new Date());
  }

  /** Every job whose task calls a model comes through here. */
  async #admitted(task: Task, jobs: readonly ClaimedJob[]): Promise<readonly ClaimedJob[]> {
    const { admit } = this.#deps;
    if (admit === null || task.estimateTokens === null) return jobs;
    const estimates = await task.estimateTokens(jobs);
    return admit(
      jobs.map((job, at) => ({ job, tokens: estimates[at] ?? 0 })),
      new Date(),
    );
  }

  async #release(): Promise<void> {
    if (this.#running.length > 0) await release(this.#em(), this.#deps.owner, this.#running);
  }

  #em(): Em {
    return forkEm(this.#deps.orm);
  }

  #taskNames(): string[] {
    return this.#tasks.map((task) => task.name);
  }
}
