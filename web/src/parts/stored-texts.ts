/**
 * Texts by name, as the browser stores them for all tabs or for one. Where it will not, being full or forbidden to, the page
 * keeps them itself for as long as it lives: that is no reason not to write, or not to show a page at all.
 */
export class StoredTexts {
  readonly #storage: Storage | null;
  readonly #unstored = new Map<string, string>();

  /** @param open throws where the browser forbids it */
  constructor(open: () => Storage) {
    this.#storage = opened(open);
  }

  get(name: string): string | null {
    return this.#unstored.get(name) ?? this.#storage?.getItem(name) ?? null;
  }

  /** @returns whether it is stored, and outlives the page */
  set(name: string, text: string): boolean {
    try {
      this.#storage?.setItem(name, text);
    } catch {
      // An earlier text under this name stays stored: it is better than none.
      this.#unstored.set(name, text);
      return false;
    }
    if (this.#storage) this.#unstored.delete(name);
    else this.#unstored.set(name, text);
    return this.#storage !== null;
  }

  remove(name: string): void {
    this.#unstored.delete(name);
    this.#storage?.removeItem(name);
  }

  names(): string[] {
    return [...new Set([...Object.keys(this.#storage ?? {}), ...this.#unstored.keys()])];
  }
}

/** Of this browser: what all tabs have, and later visits. */
export const browserTexts = new StoredTexts(() => localStorage);
/** Of this tab, also when it is loaded again. */
export const tabTexts = new StoredTexts(() => sessionStorage);

function opened(open: () => Storage): Storage | null {
  try {
    return open();
  } catch {
    return null;
  }
}
