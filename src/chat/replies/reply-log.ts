import { untilLeft } from '../../until-left.ts';
import type { ReplyDelta, ReplyEnd, ReplyEvent } from '../reply-event.type.ts';

/** What follows from `offset` on, for a reader that has not `left`. */
type Rest = (offset: number, left: AbortSignal) => AsyncGenerator<ReplyEvent, void, undefined>;

/**
 * The text of one reply being written, for any number of readers. A reader is an offset and nothing else: one that keeps
 * up gets each delta, one that is slow gets longer ones, one that leaves leaves nothing.
 */
export class ReplyLog {
  readonly messageId: string;
  #text = '';
  #latest: ReplyDelta | null = null;
  #end: ReplyEnd | 'ABANDONED' | null = null;
  readonly #waiting = new Set<() => void>();
  #readers = 0;
  readonly #onFirstDelta: () => void;

  constructor(messageId: string, onFirstDelta: () => void = () => undefined) {
    this.messageId = messageId;
    this.#onFirstDelta = onFirstDelta;
  }

  get text(): string {
    return this.#text;
  }

  /** Settles when nobody reads any more, or when `patience` aborts. */
  async withoutReaders(patience: AbortSignal): Promise<void> {
    while (this.#readers > 0 && !patience.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** @param text whole characters, as the text filter gives them */
  append(text: string): void {
    if (this.#end) throw new Error('This reply has ended.');
    if (!text) return;
    if (!this.#text) this.#onFirstDelta();
    this.#latest = { __typename: 'ReplyDelta', messageId: this.messageId, offset: this.#text.length, text };
    this.#text += text;
    this.#wake();
  }

  end(end: ReplyEnd): void {
    this.#end ??= end;
    this.#wake();
  }

  /** This process may no longer write it: readers read on from the rows. */
  abandon(): void {
    this.#end ??= 'ABANDONED';
    this.#wake();
  }

  /**
   * Everything from `fromOffset` on as it comes, never splitting a character, then what the reply ended with; where the
   * reply was abandoned, what `elsewhere` gives from there on.
   */
  read(fromOffset: number, elsewhere: Rest): AsyncGenerator<ReplyEvent, void, undefined> {
    return untilLeft((left) => this.#follow(fromOffset, elsewhere, left));
  }

  async *#follow(fromOffset: number, elsewhere: Rest, left: AbortSignal): AsyncGenerator<ReplyEvent, void, undefined> {
    this.#readers += 1;
    try {
      let offset = fromOffset;
      while (!left.aborted) {
        const delta = this.#from(offset);
        if (delta) {
          offset = delta.offset + delta.text.length;
          yield delta;
        } else if (this.#end === 'ABANDONED') {
          return yield* elsewhere(offset, left);
        } else if (this.#end) {
          yield this.#end;
          return;
        } else {
          await this.#more(left);
        }
      }
    } finally {
      this.#readers -= 1;
    }
  }

  #from(offset: number): ReplyDelta | null {
    if (offset >= this.#text.length) return null;
    // Not cut from the text for those who keep up: cutting costs as much as the text is long.
    if (this.#latest?.offset === offset) return this.#latest;
    return deltaFrom(this.messageId, this.#text, offset);
  }

  #more(left: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        left.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      left.addEventListener('abort', wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The rest of `text` from `offset`, or from one before it where `offset` would split a character. */
export function deltaFrom(messageId: string, text: string, offset: number): ReplyDelta | null {
  if (offset >= text.length) return null;
  const from = offset > 0 && isSecondHalf(text.charCodeAt(offset)) ? offset - 1 : offset;
  return { __typename: 'ReplyDelta', messageId, offset: from, text: text.slice(from) };
}

const isSecondHalf = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
