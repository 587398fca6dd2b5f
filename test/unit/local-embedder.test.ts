import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { LocalEmbedder } from '../../src/models/local-embedder.ts';

const never = new AbortController().signal;
const embedder = new LocalEmbedder();
afterAll(() => embedder.close());

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0);
async function embed(...texts: string[]): Promise<Float32Array[]> {
  return (await embedder.embed(texts, never)).vectors;
}
async function similarity(one: string, other: string): Promise<number> {
  const [a = new Float32Array(), b = new Float32Array()] = await embed(one, other);
  return dot(a, b);
}

test('embeddings have unit length, also of texts that say nothing', async () => {
  const texts = ['I slept badly.', '', '  \n ', '🙂', '中文', '\ud800', '\0', 'x'.repeat(5000)];
  const { vectors, inputTokens } = await embedder.embed(texts, never);
  expect(vectors).toHaveLength(texts.length);
  for (const vector of vectors) {
    expect(vector).toHaveLength(512);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  }
  expect(inputTokens).toBeGreaterThan(120);
  expect(inputTokens).toBeLessThan(180);
});

test('texts that mean the same are nearer than others', async () => {
  const injury = 'I hurt my knee while running and had to stop training.';
  const near = await similarity(injury, 'My leg was injured during sport.');
  const far = await similarity(injury, 'The quarterly budget report is due on Friday.');
  expect(near).toBeGreaterThan(far + 0.2);
});

test('the order of the texts is kept, however they are sliced', async () => {
  const texts = Array.from({ length: 9 }, (_, n) => `Message number ${n} is about ${n * 7} things.`);
  const together = await embed(...texts);
  for (const [at, text] of texts.entries()) {
    const [alone = new Float32Array()] = await embed(text);
    expect(dot(alone, together[at] ?? alone)).toBeCloseTo(1, 5);
  }
});

test('a text is cut to what the model reads', async () => {
  const sentences = 'I feel anxious about the meeting tomorrow. ';
  const { vectors, inputTokens } = await embedder.embed([sentences.repeat(40)], never);
  expect(inputTokens).toBe(120);
  const [other = new Float32Array()] = await embed(`${sentences.repeat(40)} Bananas are yellow.`);
  expect(dot(vectors[0] ?? other, other)).toBeCloseTo(1, 5);
});

test('a question goes before the rest of a batch', async () => {
  const ended: string[] = [];
  const batch = embed(...Array.from({ length: 12 }, (_, n) => `Background text ${n}.`)).then(() => ended.push('batch'));
  const question = embed('What did I say about sleep?').then(() => ended.push('question'));
  await Promise.all([batch, question]);
  expect(ended).toEqual(['question', 'batch']);
});

test('an abort rejects that call alone, begun or not', async () => {
  const [begun, waiting] = [new AbortController(), new AbortController()];
  const first = embedder.embed(['One.', 'Two.', 'Three.', 'Four.'], begun.signal);
  const second = embedder.embed(['Five.'], waiting.signal);
  const third = embedder.embed(['Six.'], never);
  begun.abort(new Error('left'));
  waiting.abort(new Error('late'));
  await expect(first).rejects.toThrow('left');
  await expect(second).rejects.toThrow('late');
  expect((await third).vectors).toHaveLength(1);
  await expect(embedder.embed(['Seven.'], waiting.signal)).rejects.toThrow('late');
});

test('a crash of the thread rejects its calls, and the next call starts another', async () => {
  const notTexts: string[] = JSON.parse('[7]');
  const calls = [embedder.embed(notTexts, never), embedder.embed(['One.', 'Two.'], never)];
  await Promise.all(
    calls.map((call) => expect(call).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true })),
  );
  expect(await embed('Three.')).toHaveLength(1);
});

test('an idle thread does not keep the process alive', async () => {
  const module = new URL('../../src/models/local-embedder.ts', import.meta.url);
  const program = `import { LocalEmbedder } from '${module}'; await new LocalEmbedder().warm(); console.log('warm');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe('warm\n');
});

test('no texts take no thread', async () => {
  expect(await new LocalEmbedder().embed([], never)).toEqual({ vectors: [], inputTokens: 0 });
});

test('closing rejects what is under way, and what comes after', async () => {
  const closed = new LocalEmbedder();
  const calls = [closed.embed(['One.'], never), closed.embed(['Two.', 'Three.'], never)];
  const rejected = Promise.all(
    calls.map((call) => expect(call).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true })),
  );
  await closed.close();
  await rejected;
  await expect(closed.embed(['Four.'], never)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
});
