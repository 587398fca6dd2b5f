import { setTimeout as after } from 'node:timers/promises';
import { Client, type Notification } from 'pg';
import type { Logger } from '../logger.ts';
import { connectionString } from './postgres-driver.ts';

const CHANNEL = 'carryover';
/** PostgreSQL takes 8,000 bytes. */
const MAX_PAYLOAD = 7_900;
/** In place of words that could not be told. */
const LOST = 'lost';
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** A connection that is cut without a word is found out after as long again. */
const PROBE_MS = 5_000;

export interface Listener {
  /** What another process told. */
  onNews(words: readonly string[]): void;
  /** Another process could not tell what it had to tell. */
  onLost(): void;
  /** From now on news come, or do not; what was told in between is lost. */
  onConnection(isConnected: boolean): void;
}

/**
 * Short words between the processes on one database: that there is something to read, never what. They go over a
 * connection of their own: in the transactions that write, they would make those wait for each other.
 */
export class Notifications {
  readonly #url: string;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #client: Client | null = null;
  #running: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<string>();
  #isSending = false;
  #hasLost = false;

  /** @param url of a server that keeps a session for each connection, as a transaction pooler does not */
  constructor(url: string, log: Logger) {
    this.#url = url;
    this.#log = log;
  }

  start(listener: Listener): void {
    this.#running = this.#keepConnected(listener);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  /** To all other processes, with what else is told at this moment; while the connection is down only that there was something, later. */
  tell(word: string): void {
    if (!this.#client) {
      this.#hasLost = true;
      return;
    }
    this.#waiting.add(word);
    if (this.#isSending) return;
    this.#isSending = true;
    setImmediate(() => void this.#send());
  }

  async #send(): Promise<void> {
    try {
      while (this.#waiting.size > 0 && this.#client) {
        if (this.#hasLost) this.#waiting.add(LOST);
        const payload = this.#nextPayload();
        await this.#client.query('select pg_notify($1, $2)', [CHANNEL, payload]);
        if (payload.split(' ').includes(LOST)) this.#hasLost = false;
      }
      this.#hasLost ||= this.#waiting.size > 0;
    } catch {
      // The connection is gone, and its end tells so.
      this.#hasLost = true;
    } finally {
      this.#waiting.clear();
      this.#isSending = false;
    }
  }

  /** As many words as fit. */
  #nextPayload(): string {
    let payload = '';
    for (const word of this.#waiting) {
      if (payload.length + word.length + 1 > MAX_PAYLOAD) break;
      payload += payload ? ` ${word}` : word;
      this.#waiting.delete(word);
    }
    return payload;
  }

  async #keepConnected(listener: Listener): Promise<void> {
    const { signal } = this.#stopping;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        await this.#untilCut(listener, () => {
          retryMs = FIRST_RETRY_MS;
        });
      } catch (error) {
        if (!signal.aborted) this.#log.warn({ err: error, retryMs }, 'notifications are not heard, trying again');
      }
      await after(retryMs, undefined, { signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** Settles, or throws, when the connection is down. */
  async #untilCut(listener: Listener, onConnected: () => void): Promise<void> {
    const client = new Client({
      connectionString: connectionString(this.#url),
      application_name: 'carryover listen',
      keepAlive: true,
      connectionTimeoutMillis: PROBE_MS,
      query_timeout: PROBE_MS,
    });
    const cut = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', () => undefined);
    try {
      await client.connect();
      client.on('notification', (notification) => hear(client, notification, listener));
      await client.query(`listen ${CHANNEL}`);
      this.#client = client;
      if (this.#hasLost) this.tell(LOST);
      onConnected();
      listener.onConnection(true);
      await this.#probe(client, cut);
    } finally {
      const wasConnected = this.#client !== null;
      this.#client = null;
      // Not waited for: who does not answer does not say goodbye either.
      client.end().catch(() => undefined);
      if (wasConnected) listener.onConnection(false);
    }
  }

  /** Asks now and then whether somebody is there, until nobody is. */
  async #probe(client: Client, cut: Promise<void>): Promise<void> {
    const ended = cut.then(() => 'CUT' as const);
    for (;;) {
      const paused = after(PROBE_MS, 'ASK' as const, { signal: this.#stopping.signal, ref: false }).catch(
        () => 'CUT' as const,
      );
      if ((await Promise.race([ended, paused])) === 'CUT') return;
      await client.query('select 1');
    }
  }
}

function hear(client: Client, { processId, payload = '' }: Notification, listener: Listener): void {
  const own = 'processID' in client ? client.processID : null;
  if (processId === own) return;
  const words = payload.split(' ');
  if (words.includes(LOST)) listener.onLost();
  listener.onNews(words.filter((word) => word !== LOST));
}
