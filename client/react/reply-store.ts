import { followReply, type Subscribe } from '../follow-reply.ts';
import { openReply, type Reply, type ReplyMessage } from '../reply.ts';

/** Someone who looks at a reply. */
export interface Watcher {
  onChange(): void;
  onEnd?(reply: Reply): void;
}

interface Followed {
  /** As far as it has come. */
  newest: Reply;
  /** As far as it was shown, which is once a frame. */
  shown: Reply;
  watchers: Set<Watcher>;
  frame: number | null;
  connection: AbortController | null;
}

/** So many replies that were left before their end are kept for whoever comes back. */
const MOST_LEFT = 20;

/** Left, and then read further by something else, as a query. */
const isBehind = ({ connection, newest }: Followed, text: string): boolean =>
  connection === null && newest.text.length < text.length;

/** The replies that are followed over one way to subscribe: one connection for each, however many look at it. */
export class ReplyStore {
  readonly #subscribe: Subscribe;
  readonly #followed = new Map<string, Followed>();

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe;
  }

  /**
   * The reply as it is to be shown; undefined where nobody looked at it yet, or not for so long that more is known of it.
   *
   * @param text what is held of it elsewhere
   */
  get(messageId: string, text: string): Reply | undefined {
    const followed = this.#followed.get(messageId);
    return followed && !isBehind(followed, text) ? followed.shown : undefined;
  }

  /**
   * @param text what is held of it already
   * @returns what leaves it again; when all have left it, its connection ends
   */
  watch(messageId: string, text: string, watcher: Watcher): () => void {
    const followed = this.#open(messageId, text);
    followed.watchers.add(watcher);
    this.#settle(messageId, followed);
    return () => {
      followed.watchers.delete(watcher);
      // In a moment: React may take a component away and put it back at once, which is no reason to connect twice.
      queueMicrotask(() => this.#settle(messageId, followed));
    };
  }

  /** Told by something else, as a query, that it has ended: whoever looks at it hears of it, and the connection ends. */
  end(message: ReplyMessage): void {
    const followed = this.#followed.get(message.id);
    if (!followed || followed.newest.phase === 'ended') return;
    followed.connection?.abort();
    if (followed.watchers.size === 0) this.#followed.delete(message.id);
    this.#change(followed, { messageId: message.id, text: message.content, phase: 'ended', message });
  }

  #open(messageId: string, text: string): Followed {
    const known = this.#followed.get(messageId);
    if (known && !isBehind(known, text)) return known;
    const reply = openReply(messageId, text);
    const followed: Followed = { newest: reply, shown: reply, watchers: new Set(), frame: null, connection: null };
    this.#followed.set(messageId, followed);
    return followed;
  }

  /** Connects where someone looks at it, and leaves where nobody does. What was read stays, for whoever comes back. */
  #settle(messageId: string, followed: Followed): void {
    const isWatched = followed.watchers.size > 0;
    if (isWatched && !followed.connection) this.#connect(messageId, followed);
    if (isWatched) return;
    followed.connection?.abort();
    followed.connection = null;
    if (followed.frame !== null) cancelAnimationFrame(followed.frame);
    followed.frame = null;
    followed.shown = followed.newest;
    // Another may have its place by now.
    if (this.#followed.get(messageId) !== followed) return;
    this.#followed.delete(messageId);
    if (followed.newest.phase !== 'ended') this.#keep(messageId, followed);
  }

  /** The one that was left longest ago goes for it. */
  #keep(messageId: string, followed: Followed): void {
    this.#followed.set(messageId, followed);
    const left = [...this.#followed].filter(([, { watchers }]) => watchers.size === 0);
    if (left.length > MOST_LEFT && left[0]) this.#followed.delete(left[0][0]);
  }

  #connect(messageId: string, followed: Followed): void {
    followed.connection = new AbortController();
    const { signal } = followed.connection;
    const { text } = followed.newest;
    const onChange = (reply: Reply) => this.#change(followed, reply);
    followReply({ subscribe: this.#subscribe, messageId, text, signal, onChange }).catch((error: unknown) => {
      // What `onEnd` throws is for the page to find, and no other end.
      if (followed.newest.phase === 'ended') throw error;
      onChange({ ...followed.newest, phase: 'ended', error });
    });
  }

  #change(followed: Followed, reply: Reply): void {
    followed.newest = reply;
    if (reply.phase !== 'ended') {
      followed.frame ??= requestAnimationFrame(() => this.#show(followed));
      return;
    }
    if (followed.frame !== null) cancelAnimationFrame(followed.frame);
    this.#show(followed);
    // A callback that several were given is called once.
    for (const onEnd of new Set([...followed.watchers].map((watcher) => watcher.onEnd))) onEnd?.(reply);
  }

  #show(followed: Followed): void {
    followed.frame = null;
    followed.shown = followed.newest;
    for (const watcher of followed.watchers) watcher.onChange();
  }
}
