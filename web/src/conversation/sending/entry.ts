/** A message that the server has not acknowledged yet. */
export interface Entry {
  /** Of the mutation: what comes with the same key is stored once, however often it is sent. */
  key: string;
  /** Null: it begins a session. */
  sessionId: string | null;
  content: string;
  /** What answers of a new session may draw on. */
  documentIds: readonly string[];
  /** When it was written, as RFC 3339. */
  at: string;
  /** The last `seq` of the session that was known when it was written. */
  afterSeq: number;
  /** SENDING: until it is answered. QUEUED: behind a reply. UNSENT: it was tried, and is tried again when asked to. */
  state: 'SENDING' | 'QUEUED' | 'UNSENT';
  /** Of a QUEUED one: the reply that has to end first. Null: the one that the message before it has yet to get. */
  waitsFor: string | null;
  /** The tab that it was written in, which is the one that sends it. */
  tab: string;
}

export const byAge = (one: Entry, other: Entry): number => (one.at < other.at ? -1 : Number(one.at > other.at));

const STATES: readonly string[] = ['SENDING', 'QUEUED', 'UNSENT'];

/** What was stored, if it is what it should be. */
export function readEntry(stored: string | null): Entry | null {
  try {
    const found: unknown = JSON.parse(stored ?? 'null');
    return isEntry(found) ? found : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { key, sessionId, content, documentIds, at, afterSeq, state, waitsFor, tab } = value as Record<string, unknown>;
  const isText = [key, content, at, tab].every((each) => typeof each === 'string');
  const isTextOrNull = [sessionId, waitsFor].every((each) => each === null || typeof each === 'string');
  return (
    isText &&
    isTextOrNull &&
    Array.isArray(documentIds) &&
    typeof afterSeq === 'number' &&
    STATES.includes(String(state))
  );
}
