import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Proxies cut longer silences. */
const KEEP_ALIVE_MS = 12_000;

/**
 * One answer as text/event-stream. It is over when the reader leaves or `end` is called, whichever is first; `signal`
 * then aborts. Nothing is buffered for a reader that does not read: `send` waits.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #over = new AbortController();
  readonly #keepAlive: NodeJS.Timeout;

  constructor(reply: FastifyReply) {
    reply.hijack();
    this.#response = reply.raw;
    this.#response.once('close', () => this.#over.abort());
    if (this.#response.closed) this.#over.abort();
    this.#response.writeHead(200, {
      ...definedOf(reply.getHeaders()),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    this.#response.write(':\n\n');
    this.#keepAlive = setInterval(() => {
      if (!this.#response.writableNeedDrain) this.#response.write(':\n\n');
    }, KEEP_ALIVE_MS);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Settles when there is room for more, or it is over. */
  async send(result: object): Promise<void> {
    if (this.signal.aborted || this.#write(result)) return;
    await once(this.#response, 'drain', { signal: this.signal }).catch(() => undefined);
  }

  /** @param last a result that still goes out, before `complete` */
  end(last?: object): void {
    clearInterval(this.#keepAlive);
    if (this.#response.writableEnded) return;
    if (last) this.#write(last);
    this.#response.end('event: complete\ndata:\n\n');
    this.#over.abort();
  }

  #write(result: object): boolean {
    return this.#response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
}

const definedOf = (headers: NodeJS.Dict<string | string[] | number>) =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
