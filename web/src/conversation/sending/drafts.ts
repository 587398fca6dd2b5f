import type { StoredTexts } from '../../parts/stored-texts.ts';

const SETTLED_MS = 250;

/** Where a text is being written: a session, or the page that begins one. */
export type Place = string;
export const placeOf = (sessionId: string | null): Place => sessionId ?? 'new';

/**
 * What was written and not sent, by place. It is stored a moment after the last key and whenever the page goes away, and
 * what another tab stored last is shown here too. Only what the outbox has taken over is emptied.
 */
export class Drafts {
  readonly #storage: StoredTexts;
  readonly #texts = new Map<Place, string>();
  readonly #unsaved = new Map<Place, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();

  constructor(storage: StoredTexts, page: Window) {
    this.#storage = storage;
    page.addEventListener('pagehide', () => this.#save());
    page.addEventListener('storage', ({ key, newValue }) => {
      const place = key?.startsWith('draft:') ? key.slice('draft:'.length) : null;
      if (place === null || this.#unsaved.has(place)) return;
      this.#texts.set(place, newValue ?? '');
      this.#tell();
    });
  }

  get(place: Place): string {
    const known = this.#texts.get(place);
    if (known !== undefined) return known;
    const stored = this.#storage.get(`draft:${place}`) ?? '';
    this.#texts.set(place, stored);
    return stored;
  }

  set(place: Place, text: string): void {
    this.#texts.set(place, text);
    clearTimeout(this.#unsaved.get(place));
    this.#unsaved.set(
      place,
      setTimeout(() => this.#save(), SETTLED_MS),
    );
    if (text === '') this.#save();
    this.#tell();
  }

  /** Puts a text before what has been written since. */
  putBack(place: Place, text: string): void {
    const since = this.get(place);
    this.set(place, since.trim() === '' ? text : `${text}\n\n${since}`);
    this.#save();
  }

  /** What was begun for a session before it had a name of its own. */
  move(from: Place, to: Place): void {
    const text = this.get(from);
    if (text === '') return;
    this.set(to, text);
    this.set(from, '');
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #save(): void {
    for (const [place, timer] of this.#unsaved) {
      clearTimeout(timer);
      const text = this.#texts.get(place) ?? '';
      if (text === '') this.#storage.remove(`draft:${place}`);
      else this.#storage.set(`draft:${place}`, text);
    }
    this.#unsaved.clear();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
