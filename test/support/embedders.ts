import type { Embedder, Embeddings } from '../../src/models/embedder.ts';

/** A real embedder, if a poor one: texts that share words are near each other. */
export class HashingEmbedder implements Embedder {
  readonly model: string;
  readonly maxTokens = 100;
  /** The texts of every call, failed ones too. */
  readonly calls: string[][] = [];
  /** Throws what shall go wrong, or waits. */
  before: (texts: readonly string[]) => void | Promise<void> = () => {};

  constructor(model = 'hashing') {
    this.model = model;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    signal.throwIfAborted();
    this.calls.push([...texts]);
    await this.before(texts);
    signal.throwIfAborted();
    const words = texts.map((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []);
    return { vectors: words.map(embeddingOf), inputTokens: words.reduce((sum, some) => sum + some.length, 0) };
  }

  async close(): Promise<void> {}
}

const DIMENSIONS = 32;

export function embeddingOf(words: readonly string[]): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const word of ['.', ...words]) {
    const hash = [...word].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_537, 7);
    const at = hash % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}
