import { v7 } from 'uuid';
import { forkEm, type Orm } from '../../db/orm.ts';
import type { Logger } from '../../logger.ts';
import { persistParts } from './persist-parts.ts';
import { renewLeases } from './renew-leases.ts';
import { ReplyLog } from './reply-log.ts';

const FLUSH_MS = 100;

/** How long a reply may go without renewal before another process ends it. */
export const LEASE_MS = 10_000;
const RENEW_MS = 3_000;

/** Why a reply is to stop before its model is done. */
export type StopReason = 'CANCELLED' | 'INTERRUPTED' | 'LEASE_LOST';

/** A reply that this process writes. */
export class RunningReply {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly log: ReplyLog;
  /** How much of the log's text is in the database. */
  persistedLength = 0;
  stopReason: StopReason | null = null;
  /** Settles when the reply has ended and its row says so. */
  ended: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(reply: { id: string; userId: string; session: string }, onFirstDelta: (ms: number) => void) {
    this.id = reply.id;
    this.userId = reply.userId;
    this.sessionId = reply.session;
    const begun = performance.now();
    this.log = new ReplyLog(reply.id, () => onFirstDelta(performance.now() - begun));
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.#stopping.abort();
  }
}

/** What others want to know of it. */
export interface WriterEvents {
  /** How long a reply took to its first words. */
  onFirstDelta(ms: number): void;
  /** There is more text of it in the database. */
  onPersisted(replyId: string): void;
  /** It is not written here, but perhaps elsewhere. */
  onCancelled(replyId: string): void;
}

/** The replies of this process: persists what they gain and keeps their leases. */
export class ReplyWriter {
  /** Names this process in leases. */
  readonly owner = v7();
  readonly #orm: Orm;
  readonly #log: Logger;
  readonly #told: WriterEvents;
  readonly #running = new Map<string, RunningReply>();
  #flushing: NodeJS.Timeout | null = null;
  #renewing: NodeJS.Timeout | null = null;
  #stopped: StopReason | null = null;

  constructor(orm: Orm, log: Logger, told: WriterEvents) {
    this.#told = told;
    this.#orm = orm;
    this.#log = log;
  }

  get(id: string): RunningReply | undefined {
    return this.#running.get(id);
  }

  all(): RunningReply[] {
    return [...this.#running.values()];
  }

  /** @param write ends when the reply has ended; it does not throw */
  start(reply: { id: string; userId: string; session: string }, write: (running: RunningReply) => Promise<void>): void {
    const running = new RunningReply(reply, this.#told.onFirstDelta);
    this.#running.set(reply.id, running);
    if (this.#stopped) running.stop(this.#stopped);
    running.ended = write(running).finally(() => {
      this.#running.delete(reply.id);
      if (this.#running.size === 0) this.#rest();
    });
    this.#flushing ??= setInterval(() => void this.#flush(), FLUSH_MS);
    this.#renewing ??= setInterval(() => {
      this.#isRenewalDue = true;
    }, RENEW_MS);
  }

  /** Asks the process that writes it to stop it; the row has to say so before. */
  cancel(id: string): void {
    if (!this.cancelHere(id)) this.#told.onCancelled(id);
  }

  /** @returns whether it is written here */
  cancelHere(id: string): boolean {
    const running = this.#running.get(id);
    running?.stop('CANCELLED');
    return running !== undefined;
  }

  /** Stops every reply, also those that are still to be started: a turn may be on its way. */
  stopAll(reason: StopReason): void {
    this.#stopped = reason;
    for (const running of this.all()) running.stop(reason);
  }

  /** Settles when no reply is being written. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.all().map((running) => running.ended));
  }

  #rest(): void {
    if (this.#flushing) clearInterval(this.#flushing);
    if (this.#renewing) clearInterval(this.#renewing);
    this.#flushing = null;
    this.#renewing = null;
  }

  #isFlushing = false;
  #isRenewalDue = false;

  /** One after the other: both lock the rows of many replies, in no order. */
  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    await this.#persist();
    if (this.#isRenewalDue) await this.#renew();
    this.#isFlushing = false;
  }

  /** One insert for all replies that gained something. What fails is tried again with the next flush. */
  async #persist(): Promise<void> {
    const grown = this.all().filter((running) => running.log.text.length > running.persistedLength);
    if (grown.length === 0) return;
    try {
      const parts = grown.map((running) => ({
        id: running.id,
        offset: running.persistedLength,
        text: running.log.text.slice(running.persistedLength),
      }));
      const persisted = await persistParts(forkEm(this.#orm), this.owner, parts);
      for (const { id, offset, text } of parts) {
        const running = this.#running.get(id);
        if (running && persisted.has(id)) running.persistedLength = offset + text.length;
      }
      for (const id of persisted) this.#told.onPersisted(id);
    } catch (error) {
      this.#log.error({ err: error, replies: grown.length }, 'replies could not be persisted, trying again');
    }
  }

  async #renew(): Promise<void> {
    const ids = [...this.#running.keys()];
    if (ids.length === 0) return;
    try {
      const expiresAt = new Date(Date.now() + LEASE_MS);
      const { lost, cancelled, left } = await renewLeases(forkEm(this.#orm), this.owner, ids, expiresAt);
      this.#isRenewalDue = left.length > 0;
      // A reply that has been settled meanwhile is not running here either.
      for (const id of lost) this.#running.get(id)?.stop('LEASE_LOST');
      for (const id of cancelled) this.cancelHere(id);
    } catch (error) {
      this.#log.error({ err: error, replies: ids.length }, 'leases could not be renewed, trying again');
    }
  }
}
