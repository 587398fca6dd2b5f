import type { MessageFieldsFragment, SessionFieldsFragment } from '../../../../client/generated/graphql.ts';
import { randomKey } from '../../parts/random-key.ts';
import type { StoredTexts } from '../../parts/stored-texts.ts';
import { type Drafts, type Place, placeOf } from './drafts.ts';
import { byAge, type Entry, readEntry } from './entry.ts';
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

const PREFIX = 'outbox:';

/**
 * The messages that are on their way, oldest first. They outlive the page: what is not acknowledged is stored, each under a
 * name of its own, since two tabs that wrote one list would each take from it what it has not heard of yet.
 */
export class Outbox {
  readonly tab = randomKey();
  readonly #drafts: Drafts;
  readonly #storage: StoredTexts;
  readonly #listeners = new Set<() => void>();
  readonly #keyOfMessage = new Map<string, string>();
  #entries: readonly Outgoing[];
  #refusals: ReadonlyMap<Place, Refusal> = new Map();

  constructor(drafts: Drafts, storage: StoredTexts, page: Window) {
    this.#drafts = drafts;
    this.#storage = storage;
    // Whatever was left is this tab's to send. Another that is sending it already does no harm: the key is the same.
    this.#entries = this.#stored().map((entry) => ({ ...entry, tab: this.tab }));
    page.addEventListener('storage', ({ key, newValue }) => {
      if (key?.startsWith(PREFIX)) this.#hear(key.slice(PREFIX.length), newValue);
    });
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
    const added = { ...entry, key: randomKey(), at: new Date().toISOString(), tab: this.tab, answer: null };
    const place = placeOf(entry.sessionId);
    this.#set([...this.#entries, added]);
    this.forgive(place);
    // Not before it is stored here, so that there is no moment at which it is stored nowhere.
    this.#drafts.set(place, '');
    // A storage that was full may have room for it by this.
    this.#store(added);
    return added.key;
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
        // What another tab begins is a session of its own.
        if (entry.sessionId === null && entry.tab !== this.tab) return entry;
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
    const before = this.#entries;
    this.#entries = entries;
    const isWaiting = (key: string) => entries.some((entry) => entry.key === key && !entry.answer);
    for (const { key } of before) if (!isWaiting(key)) this.#storage.remove(PREFIX + key);
    for (const entry of entries) if (!entry.answer && !before.includes(entry)) this.#store(entry);
    this.#tell();
  }

  #store({ answer: _, ...entry }: Outgoing): void {
    this.#storage.set(PREFIX + entry.key, JSON.stringify(entry));
  }

  /** Another tab wrote, or changed, or has done with a message. */
  #hear(key: string, stored: string | null): void {
    if (this.find(key)?.answer) return;
    const entry = readEntry(stored);
    const others = this.#entries.filter((each) => each.key !== key);
    this.#entries = entry ? [...others, { ...entry, answer: null }].toSorted(byAge) : others;
    this.#tell();
  }

  #stored(): Outgoing[] {
    const names = this.#storage.names().filter((name) => name.startsWith(PREFIX));
    const entries = names.flatMap((name) => readEntry(this.#storage.get(name)) ?? []);
    return entries.map((entry) => ({ ...entry, answer: null })).toSorted(byAge);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
