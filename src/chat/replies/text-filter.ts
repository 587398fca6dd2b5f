/**
 * With the white space before it, which goes where the marker goes. It begins where that does, so that a long run of white
 * space is read once and not from each of its places.
 */
const MARKER = /(?<![ \t])([ \t]*)\[[ \t]*(\d+(?:[ \t]*,[ \t]*\d+)*)[ \t]*\]/g;
/** What a marker that is still coming consists of. */
const OPEN_MARKER = '0123456789, \t[';

/**
 * Stands between a model and the reply. Drops NUL, turns halves of characters into U+FFFD, and lets through only those
 * markers that name a source which the model was given. What comes out is the same however the text was cut.
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
    const firstHalf = /[\uD800-\uDBFF]$/.exec(all)?.[0] ?? '';
    const clean = this.#clean(all.slice(0, all.length - firstHalf.length));
    const undecided = undecidedIn(clean);
    this.#held = undecided + firstHalf;
    return clean.slice(0, clean.length - undecided.length);
  }

  /** @returns what was held back; nothing comes after it */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest.toWellFormed();
  }

  /** For the manifest. */
  get notes(): string[] {
    const count = this.unknownMarkers;
    if (count === 0) return [];
    return [`Left out of the text: ${count === 1 ? 'a marker' : `${count} markers`} that named no source.`];
  }

  #clean(text: string): string {
    const clean = text.toWellFormed().replace(MARKER, (_all, space: string, numbers: string) => {
      const markers = numbers.split(',').map(Number);
      const known = markers.filter((marker) => this.#known.has(marker));
      this.unknownMarkers += markers.length - known.length;
      return known.length > 0 ? `${space}[${known.join(', ')}]` : '';
    });
    // Leaving one out may have made another of what stood around it.
    return clean === text ? clean : this.#clean(clean);
  }
}

/** The end of a text that may still become a marker, with the white space before it. */
function undecidedIn(text: string): string {
  let from = text.length;
  while (from > 0 && OPEN_MARKER.includes(text.charAt(from - 1))) from -= 1;
  const end = text.slice(from);
  const bracket = end.indexOf('[');
  const before = bracket === -1 ? end : end.slice(0, bracket);
  return end.slice(before.trimEnd().length);
}
