import type { MessageFieldsFragment, SessionFieldsFragment } from '../../../../client/generated/graphql.ts';
import { type Drafts, type Place, placeOf, store } from './drafts.ts';
import { type Entry, randomKey, readEntries } from './entry.ts';
import type { Refusal } from './verdict.ts';

/** What the server made of an entry. */
export interface Answer {
  session: SessionFieldsFragment;
  message: MessageFieldsFragment;
  reply: MessageFieldsFragment;
}

/** Answered entries stay until what they became is shown, so that nothing blinks. */
export interface Outgoing extends Entry {
  answer: Answer | null;
}

const NAME = 'outbox';

/** The messages that are on their way, oldest first. They outlive the page: what is not acknowledged is stored. */
export class Outbox {
  readonly tab = randomKey();
  readonly #drafts: Drafts;
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();
  readonly #keyOfMessage = new Map<string, string>();
  #entries: readonly Outgoing[];
  #refusals: ReadonlyMap<Place, Refusal> = new Map();

  constructor(drafts: Drafts, storage: Storage, page: Window) {
    this.#drafts = drafts;
    this.#storage = storage;
    // Whatever was left is this tab's to send. Another that is sending it already does no harm: the key is the same.
    this.#entries = this.#stored().map((entry) => ({ ...entry, tab: this.tab }));
    page.addEventListener('storage', ({ key }) => key === NAME && this.#readAgain());
  }

  get entries(): readonly Outgoing[] {
    return this.#entries;
  }

  get refusals(): ReadonlyMap<Place, Refusal> {
    return this.#refusals;
  }

  find(key: string): Outgoing | undefined {
    return this.#entries.find((entry) => entry.key === key);
  }

  /** Takes over what stands in the field of a place. @returns its key */
  add(entry: Omit<Entry, 'key' | 'at' | 'tab'>): string {
    const key = randomKey();
    const place = placeOf(entry.sessionId);
    this.#set([...this.#entries, { ...entry, key, at: new Date().toISOString(), tab: this.tab, answer: null }]);
    this.forgive(place);
    // Not before it is stored here, so that there is no moment at which it is stored nowhere.
    this.#drafts.set(place, '');
    return key;
  }

  change(key: string, change: Partial<Pick<Outgoing, 'state' | 'waitsFor' | 'tab'>>): void {
    this.#set(this.#entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry)));
  }

  answer(key: string, answer: Answer): void {
    const answered = this.find(key);
    if (!answered) return;
    this.#keyOfMessage.set(answer.message.id, key);
    const sessionId = answer.session.id;
    this.#set(
      this.#entries.map((entry) => {
        if (entry.key === key) return { ...entry, answer };
        if (entry.sessionId !== answered.sessionId || entry.answer || entry.waitsFor !== null) return entry;
        return { ...entry, sessionId, waitsFor: answer.reply.id };
      }),
    );
  }

  /** Gives the text back to the field that it came from, and says why. */
  refuse(key: string, refusal: Refusal): void {
    const entry = this.find(key);
    if (!entry) return;
    this.edit(key);
    this.explain(placeOf(entry.sessionId), refusal);
  }

  explain(place: Place, refusal: Refusal): void {
    this.#refusals = new Map(this.#refusals).set(place, refusal);
    this.#tell();
  }

  edit(key: string): void {
    const entry = this.find(key);
    if (entry) this.#drafts.putBack(placeOf(entry.sessionId), entry.content);
    this.remove(key);
  }

  remove(key: string): void {
    this.#set(this.#entries.filter((entry) => entry.key !== key));
  }

  forgive(place: Place): void {
    if (!this.#refusals.has(place)) return;
    this.#refusals = new Map([...this.#refusals].filter(([refused]) => refused !== place));
    this.#tell();
  }

  /** By which React knows a message that was written here, from the moment it was; otherwise its id. */
  keyOf = (messageId: string): string => this.#keyOfMessage.get(messageId) ?? messageId;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(entries: readonly Outgoing[]): void {
    this.#entries = entries;
    const unanswered = entries.filter((entry) => !entry.answer).map(({ answer: _, ...entry }) => entry);
    store(this.#storage, NAME, unanswered.length > 0 ? JSON.stringify(unanswered) : '');
    this.#tell();
  }

  /** Another tab wrote. */
  #readAgain(): void {
    this.#entries = [...this.#entries.filter((entry) => entry.answer), ...this.#stored()];
    this.#tell();
  }

  #stored(): Outgoing[] {
    return readEntries(this.#storage.getItem(NAME)).map((entry) => ({ ...entry, answer: null }));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
