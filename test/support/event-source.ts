import { untilLeft } from '../../src/until-left.ts';

type Item = { event: object } | { error: Error } | 'end';

/** Emits to all who read what a test tells it to, from the first event on. */
export class EventSource {
  readonly #items: Item[] = [];
  readonly #wakes = new Set<() => void>();
  #readers = 0;
  #watchers: { count: number; resolve: () => void }[] = [];

  emit(event: object): void {
    this.#add({ event });
  }

  fail(error: Error): void {
    this.#add({ error });
  }

  end(): void {
    this.#add('end');
  }

  /** Settles as soon as exactly `count` read. */
  readers(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ count, resolve });
      this.#count(0);
    });
  }

  read(): AsyncGenerator<object, void, undefined> {
    return untilLeft((left) => this.#follow(left));
  }

  async *#follow(left: AbortSignal): AsyncGenerator<object, void, undefined> {
    this.#count(1);
    try {
      for (let next = 0; !left.aborted; ) {
        const item = this.#items[next];
        if (!item) await this.#more(left);
        else if (item === 'end') return;
        else if ('error' in item) throw item.error;
        else {
          next += 1;
          yield item.event;
        }
      }
    } finally {
      this.#count(-1);
    }
  }

  #add(item: Item): void {
    this.#items.push(item);
    for (const wake of [...this.#wakes]) wake();
  }

  #more(left: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakes.delete(wake);
        left.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakes.add(wake);
      left.addEventListener('abort', wake);
    });
  }

  #count(change: number): void {
    this.#readers += change;
    const isThere = ({ count }: { count: number }) => count === this.#readers;
    for (const { resolve } of this.#watchers.filter(isThere)) resolve();
    this.#watchers = this.#watchers.filter((watcher) => !isThere(watcher));
  }
}
