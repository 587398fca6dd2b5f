import type OpenAI from 'openai';
import type { Embedding } from 'openai/resources/embeddings';
import { ModelError } from './chat-model.ts';
import { countTokens, cutToTokens } from './count-tokens.ts';
import type { Embedder, Embeddings } from './embedder.ts';
import { asModelError, unusableEmbeddings } from './openai-errors.ts';

export interface OpenAiEmbedderOptions {
  model: string;
  /** Null: the model's own. */
  dimensions: number | null;
  /** Of one request. */
  timeoutMs?: number;
}

/** What one request of OpenAI takes of one text. */
const MAX_TOKENS = 8191;
const MAX_TEXTS = 100;

/** An embedding model behind an endpoint that speaks OpenAI's embeddings. Never retries: who asks knows when. */
export function openAiEmbedder(client: OpenAI, options: OpenAiEmbedderOptions): Embedder {
  const { model, timeoutMs = 30_000 } = options;
  let dimensions = options.dimensions;

  async function embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    const vectors: Float32Array[] = [];
    let inputTokens = 0;
    for (let from = 0; from < texts.length; from += MAX_TEXTS) {
      const input = texts.slice(from, from + MAX_TEXTS).map((text) => cutToTokens(text, MAX_TOKENS, 'start'));
      const ownCount = () => input.reduce((sum, text) => sum + countTokens(text), 0);
      try {
        const { data, usage } = await request(input, signal);
        inputTokens += usage?.prompt_tokens || ownCount();
        vectors.push(...usable(data, input.length));
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        // Late is paid for too.
        const late = error.code === 'TIMEOUT' ? ownCount() : 0;
        error.used = { inputTokens: inputTokens + late, outputTokens: 0 };
        throw error;
      }
    }
    return { vectors, inputTokens };
  }

  function usable(data: readonly Embedding[] | undefined, count: number): Float32Array[] {
    const batch = inOrder(data, count).map(toUnitLength);
    dimensions ??= batch[0]?.length ?? null;
    if (batch.some((vector) => vector.length !== dimensions))
      throw unusableEmbeddings('its dimensions are not as agreed');
    return batch;
  }

  async function request(input: string[], signal: AbortSignal) {
    signal.throwIfAborted();
    try {
      return await client.embeddings.create(
        {
          model,
          input,
          encoding_format: 'float',
          ...(options.dimensions !== null && { dimensions: options.dimensions }),
        },
        { signal, timeout: timeoutMs },
      );
    } catch (error) {
      signal.throwIfAborted();
      throw asModelError(error);
    }
  }

  return {
    model: options.dimensions === null ? model : `${model}/${options.dimensions}`,
    maxTokens: MAX_TOKENS,
    embed,
    close: async () => {},
  };
}

function inOrder(data: readonly Embedding[] | undefined, count: number): number[][] {
  if (!Array.isArray(data) || data.length !== count) throw unusableEmbeddings('it did not embed each text once');
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]));
  return data.map((_, index) => {
    const embedding = byIndex.get(index);
    if (!Array.isArray(embedding)) throw unusableEmbeddings('it did not embed each text once, as numbers');
    return embedding;
  });
}

function toUnitLength(embedding: readonly number[]): Float32Array {
  const length = Math.hypot(...embedding);
  if (!(length > 0) || !Number.isFinite(length)) throw unusableEmbeddings('it gave an embedding without a direction');
  return Float32Array.from(embedding, (value) => value / length);
}
