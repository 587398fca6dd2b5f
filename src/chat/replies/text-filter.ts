/** What may still become a marker, with the white space before it, or the first half of a character. */
const UNDECIDED = /(?:[ \t]*\[[\d, \t]{0,40}|[ \t]+|[\uD800-\uDBFF])$/;
const MARKER = /([ \t]*)\[[ \t]*(\d+(?:[ \t]*,[ \t]*\d+)*)[ \t]*\]/g;

/**
 * Stands between a model and the reply. Drops NUL, turns halves of characters into U+FFFD, and lets through only those
 * markers that name a source which the model was given.
 */
export class TextFilter {
  readonly #known: ReadonlySet<number>;
  #held = '';
  /** Markers that named nothing, and so were left out. */
  unknownMarkers = 0;

  constructor(knownMarkers: Iterable<number>) {
    this.#known = new Set(knownMarkers);
  }

  /** @returns what is decided: possibly nothing yet */
  push(text: string): string {
    const all = this.#held + text.replaceAll('\0', '');
    this.#held = UNDECIDED.exec(all)?.[0] ?? '';
    return this.#clean(all.slice(0, all.length - this.#held.length));
  }

  /** @returns what was held back; nothing comes after it */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#clean(rest);
  }

  #clean(text: string): string {
    return text.toWellFormed().replace(MARKER, (_all, space: string, numbers: string) => {
      const markers = numbers.split(',').map(Number);
      const known = markers.filter((marker) => this.#known.has(marker));
      this.unknownMarkers += markers.length - known.length;
      return known.length > 0 ? `${space}[${known.join(', ')}]` : '';
    });
  }
}
