/** OFFLINE: the browser has no network. AWAY: the server does not answer, and is asked again at `asksAt`. */
export type ConnectionState =
  | { kind: 'OK' }
  | { kind: 'OFFLINE' }
  | { kind: 'AWAY'; asksAt: number; isAsking: boolean };

const OK: ConnectionState = { kind: 'OK' };
/** A restart takes no longer, and is not worth a word. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** What a proxy says of a server that is not there. */
const GONE = new Set([502, 503, 504]);

/** Whether the server can be reached, as far as requests and sockets have shown. */
export class Connection {
  readonly #page: Window;
  readonly #listeners = new Set<() => void>();
  readonly #returned = new Set<() => void>();
  #state: ConnectionState = OK;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Window) {
    this.#page = page;
    if (!page.navigator.onLine) this.#state = { kind: 'OFFLINE' };
    page.addEventListener('offline', () => this.#set({ kind: 'OFFLINE' }));
    page.addEventListener('online', () => this.isOffline && this.#set(OK));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isOffline(): boolean {
    return this.#state.kind === 'OFFLINE';
  }

  /** As `fetch`, and learns from it. */
  fetch: typeof fetch = async (input, init) => {
    try {
      const response = await fetch(input, init);
      if (GONE.has(response.status)) this.#failed();
      else this.#answered();
      return response;
    } catch (error) {
      if (!init?.signal?.aborted) this.#failed();
      throw error;
    }
  };

  /** A socket was lost, which may mean anything. */
  doubt(): void {
    if (this.#state.kind === 'OK' && this.#timer === undefined) this.#askAfter(FIRST_MS);
  }

  ask = async (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#state.kind === 'AWAY') this.#set({ ...this.#state, isAsking: true });
    await this.fetch('/healthz', { cache: 'no-store' }).catch(() => undefined);
  };

  /** Settles at once, unless the browser is offline: then when it no longer is. */
  online(): Promise<void> {
    if (!this.isOffline) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = this.onReturn(() => {
        leave();
        resolve();
      });
    });
  }

  /** A socket that was lost is there again. What was changed meanwhile nobody has told this page. */
  recovered = (): void => {
    for (const listener of [...this.#returned]) listener();
  };

  /** Calls back whenever the server can be reached again, be it after a moment that the page made no word of. */
  onReturn(listener: () => void): () => void {
    this.#returned.add(listener);
    return () => this.#returned.delete(listener);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #answered(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
    if (this.#state.kind !== 'AWAY') return;
    this.#set(OK);
    // Whoever waits before trying again (client/backoff.ts) goes on when the browser says that it is online.
    this.#page.dispatchEvent(new Event('online'));
  }

  #failed(): void {
    if (this.isOffline || (this.#timer !== undefined && this.#failures > 0)) return;
    this.#failures += 1;
    const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    this.#askAfter(waitMs);
    if (this.#failures > 1) this.#set({ kind: 'AWAY', asksAt: Date.now() + waitMs, isAsking: false });
  }

  #askAfter(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.ask, waitMs);
  }

  #set(state: ConnectionState): void {
    const isBack = this.#state.kind !== 'OK' && state.kind === 'OK';
    this.#state = state;
    for (const listener of [...this.#listeners, ...(isBack ? this.#returned : [])]) listener();
  }
}
