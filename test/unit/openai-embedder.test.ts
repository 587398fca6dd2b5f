import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOpenAi } from '../../src/models/openai.ts';
import { openAiEmbedder } from '../../src/models/openai-embedder.ts';
import { fails, type ModelAnswer, stallsAfter } from '../support/model-answers.ts';
import { embeddingOf, type ModelServer, startModelServer } from '../support/model-server.ts';

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server.close());

const signal = new AbortController().signal;

function embedderWith({ dimensions = null, timeoutMs }: { dimensions?: number | null; timeoutMs?: number } = {}) {
  const { client } = createOpenAi({ apiKey: null, baseUrl: server.url, chatModels: [] });
  return openAiEmbedder(client, { model: 'test-embedding', dimensions, ...(timeoutMs !== undefined && { timeoutMs }) });
}

/** Answers with these embeddings, whatever was asked. */
const embeds =
  (...data: { index: number; embedding: unknown }[]): ModelAnswer =>
  ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));

describe('embeddings', () => {
  test('are of unit length, in the order of the texts, with the tokens that the endpoint counted', async () => {
    const texts = ['I sleep badly', 'the budget meeting', 'sleep'];
    const { vectors, inputTokens } = await embedderWith().embed(texts, signal);

    expect(inputTokens).toBe(7);
    expect(vectors).toHaveLength(3);
    for (const [at, vector] of vectors.entries()) {
      const expected = embeddingOf(texts[at] ?? '', 64);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      expect(dot(vector, expected)).toBeCloseTo(Math.hypot(...expected), 4);
    }
  });

  test('are asked for as numbers', async () => {
    await embedderWith().embed(['sleep'], signal);
    expect(server.embeddings[0]?.body).toMatchObject({ encoding_format: 'float', model: 'test-embedding' });
    expect(server.embeddings[0]?.body).not.toHaveProperty('dimensions');
  });

  test('have the dimensions asked for, which the name of the model says', async () => {
    const embedder = embedderWith({ dimensions: 16 });
    const { vectors } = await embedder.embed(['sleep'], signal);
    expect(vectors[0]).toHaveLength(16);
    expect(embedder.model).toBe('test-embedding/16');
    expect(embedderWith().model).toBe('test-embedding');
  });

  test('are put in order by their index', async () => {
    server.nextEmbeddings(embeds({ index: 1, embedding: [0, 2] }, { index: 0, embedding: [3, 0] }));
    const { vectors } = await embedderWith().embed(['first', 'second'], signal);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('are asked for a hundred at a time', async () => {
    const texts = Array.from({ length: 250 }, (_, n) => `text ${n}`);
    const { vectors, inputTokens } = await embedderWith().embed(texts, signal);
    expect(server.embeddings.map(({ body }) => body.input.length)).toEqual([100, 100, 50]);
    expect(server.embeddings.flatMap(({ body }) => body.input)).toEqual(texts);
    expect(vectors).toHaveLength(250);
    expect(inputTokens).toBe(500);
  });

  test('of no texts ask nothing', async () => {
    expect(await embedderWith().embed([], signal)).toEqual({ vectors: [], inputTokens: 0 });
    expect(server.requests).toHaveLength(0);
  });

  test('of a text too long are of its beginning', async () => {
    const embedder = embedderWith();
    await embedder.embed(['word '.repeat(10_000)], signal);
    const [sent = ''] = server.embeddings[0]?.body.input ?? [];
    expect(sent.startsWith('word word')).toBe(true);
    expect(sent.length).toBeLessThanOrEqual(5 * embedder.maxTokens);
    expect(sent.length).toBeGreaterThan(4 * embedder.maxTokens);
  });

  test('are counted by us where the endpoint does not say', async () => {
    server.nextEmbeddings(embeds({ index: 0, embedding: [1, 0] }));
    expect(await embedderWith().embed(['I sleep badly.'], signal)).toMatchObject({ inputTokens: 4 });
  });
});

describe('an embedding model', () => {
  test.each([
    ['an embedding too few', embeds({ index: 0, embedding: [1, 0] })],
    ['one text twice', embeds({ index: 0, embedding: [1, 0] }, { index: 0, embedding: [0, 1] })],
    ['no numbers', embeds({ index: 0, embedding: 'AACAPwAAAAA=' }, { index: 1, embedding: 'AACAPwAAAAA=' })],
    ['no direction', embeds({ index: 0, embedding: [1, 0] }, { index: 1, embedding: [0, 0] })],
    ['something that is no number', embeds({ index: 0, embedding: [1, 0] }, { index: 1, embedding: [null, 'x'] })],
    ['unequal dimensions', embeds({ index: 0, embedding: [1, 0] }, { index: 1, embedding: [1, 0, 0] })],
    ['nothing', embeds()],
  ])('that gives %s is refused', async (_, answer) => {
    server.nextEmbeddings(answer);
    await expect(embedderWith().embed(['one', 'two'], signal)).rejects.toMatchObject({
      name: 'ModelError',
      code: 'MODEL_UNAVAILABLE',
      retryable: false,
    });
  });

  test('that ignores the dimensions asked for is refused', async () => {
    server.nextEmbeddings(embeds({ index: 0, embedding: [1, 0] }));
    await expect(embedderWith({ dimensions: 16 }).embed(['one'], signal)).rejects.toMatchObject({ retryable: false });
  });

  test('whose dimensions change later is refused', async () => {
    const embedder = embedderWith();
    await embedder.embed(['one'], signal);
    server.nextEmbeddings(embeds({ index: 0, embedding: [1, 0] }));
    await expect(embedder.embed(['two'], signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  test('that fails on the way says what was counted before', async () => {
    server.nextEmbeddings(
      embeds(...Array.from({ length: 100 }, (_, index) => ({ index, embedding: [1, 0] }))),
      fails(500),
    );
    const texts = Array.from({ length: 101 }, () => 'sleep');
    const error = await embedderWith()
      .embed(texts, signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', used: { inputTokens: 100, outputTokens: 0 } });
  });

  test('that fails is asked once', async () => {
    server.nextEmbeddings(fails(503));
    await expect(embedderWith().embed(['one'], signal)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      retryable: true,
    });
    expect(server.embeddings).toHaveLength(1);
  });

  test('that falls silent times out', async () => {
    server.nextEmbeddings(stallsAfter());
    const embedding = embedderWith({ timeoutMs: 30 }).embed(['one'], signal);
    await expect(embedding).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  test('is left, by an abort, with the reason of the abort', async () => {
    const abort = new AbortController();
    const reason = new Error('The deadline has passed.');
    server.nextEmbeddings(() => abort.abort(reason));
    await expect(embedderWith().embed(['one'], abort.signal)).rejects.toBe(reason);
    await expect(embedderWith().embed(['one'], abort.signal)).rejects.toBe(reason);
    expect(server.embeddings).toHaveLength(1);
  });
});

const dot = (left: Float32Array, right: readonly number[]) =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
