/** The server's one viewer where there is no login. */
export const VIEWER = 'local';

/** A session with all that is stored of it. Keys are given, so that rows can refer to each other before they are written. */
export interface SessionRows {
  id: string;
  model: string;
  longTermMemory: boolean;
  crossSessionMemory: boolean;
  createdAt: number;
  updatedAt: number;
  /** Null where it has no memory. */
  scopeId: number | null;
  messages: {
    id: string;
    seq: number;
    role: 'USER' | 'ASSISTANT';
    text: string;
    tokens: number;
    replyToId: string | null;
    model: string | null;
    at: number;
  }[];
  chunks: {
    id: number;
    messageId: string;
    seq: number;
    position: number;
    start: number;
    text: string;
    tokens: number;
    terms: number;
    role: 'USER' | 'ASSISTANT';
    at: number;
    /** Places in the pool's `vectors`: the embedding is their mean, at unit length. */
    said: number[];
  }[];
  postings: { term: string; chunkId: number; tf: number }[];
}

export interface Pool {
  /** What embedded them. */
  model: string;
  vectors: Float32Array[];
  USER: Sentence[];
  ASSISTANT: Sentence[];
}

export interface Sentence {
  text: string;
  /** Its place in `vectors`. */
  place: number;
}

export interface Writer {
  write(session: SessionRows): Promise<void> | void;
  /** Leaves the database as it would be had all that been written little by little. */
  close(): Promise<void> | void;
}
