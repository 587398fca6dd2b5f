import { AppError } from '../errors.ts';

/** Of this process. Each takes a place on disk, and none in memory. */
const MAX_AT_ONCE = 32;
const MAX_OF_A_VIEWER = 4;
const RETRY_AFTER_SECONDS = 5;

/** How many files are being received, so that they cannot fill the disk, nor one viewer take what is there for all. */
export class UploadPlaces {
  readonly #taken = new Map<string, number>();
  #storing: Promise<unknown> = Promise.resolve();

  /** @throws LIMIT_EXCEEDED, SERVICE_UNAVAILABLE */
  async hold<T>(viewerId: string, work: () => Promise<T>): Promise<T> {
    const own = this.#taken.get(viewerId) ?? 0;
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
    const retryAfterSeconds = RETRY_AFTER_SECONDS;
    if (own >= MAX_OF_A_VIEWER) {
      throw new AppError('LIMIT_EXCEEDED', `At most ${MAX_OF_A_VIEWER} files at a time.`, { retryAfterSeconds });
    }
    if (all >= MAX_AT_ONCE) {
      throw new AppError('SERVICE_UNAVAILABLE', 'Too many files are being received; try again.', { retryAfterSeconds });
    }
    this.#taken.set(viewerId, own + 1);
    try {
      return await work();
    } finally {
      const left = (this.#taken.get(viewerId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(viewerId);
      else this.#taken.set(viewerId, left);
    }
  }

  /** One after the other, because each holds a whole file in memory. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#storing.then(work);
    this.#storing = turn.catch(() => undefined);
    return turn;
  }
}
