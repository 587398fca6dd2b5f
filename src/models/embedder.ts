export interface Embeddings {
  /** Unit length, of `dimensions`, in the order of the texts. */
  vectors: Float32Array[];
  /** What the model counted, or our own count where it does not say. */
  inputTokens: number;
}

export interface Embedder {
  /** Names what made an embedding; embeddings of different names are never compared. */
  model: string;
  /** Longer texts are cut to it by the embedder itself. */
  maxTokens: number;
  /** @throws ModelError; an abort rejects with the signal's reason */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings>;
  /** Loads what the first call would wait for. */
  warm?(): Promise<void>;
  close(): Promise<void>;
}
