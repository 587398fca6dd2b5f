import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOpenAi } from '../../src/models/openai.ts';
import { openAiChat } from '../../src/models/openai-chat.ts';
import { openAiEmbedder } from '../../src/models/openai-embedder.ts';
import { chatRequest, listen } from '../support/chat-request.ts';

// A second implementation of the protocol, so that ours and its test server cannot be wrong together.
describe('with a server that is not ours', () => {
  let server: LLMock;
  beforeEach(async () => {
    server = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', chunkSize: 8 });
    await server.start();
  });
  afterEach(() => server.stop());

  const clientOf = () => createOpenAi({ apiKey: null, baseUrl: `${server.url}/v1`, chatModels: [] });

  const ask = (question: string) =>
    listen(
      openAiChat(clientOf().client, { id: 'gpt-4o-mini', contextWindowTokens: 8192 }, { firstRetryMs: 1 }),
      chatRequest(question),
    );

  test('a reply is streamed, and ends with its usage', async () => {
    const usage = { prompt_tokens: 21, completion_tokens: 9 };
    server.onMessage('sleep', { content: 'What keeps you awake at night?', usage });
    expect(await ask('I cannot sleep.')).toMatchObject({
      text: 'What keeps you awake at night?',
      end: { finishReason: 'STOP', inputTokens: 21, outputTokens: 9 },
      error: null,
    });
  });

  test.each([429, 500, 503])('a reply comes after an answer of %i', async (status) => {
    server.onMessage('sleep', { content: 'What keeps you awake?' });
    server.nextRequestError(status, { message: 'Internal detail' });
    expect(await ask('I cannot sleep.')).toMatchObject({ text: 'What keeps you awake?', error: null });
    expect(server.getRequests()).toHaveLength(2);
  });

  test('a wrong key is not tried again', async () => {
    server.nextRequestError(401, { message: 'Incorrect API key provided: sk-secret', code: 'invalid_api_key' });
    const { error } = await ask('I cannot sleep.');
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: false });
    expect(String(error)).not.toContain('sk-');
  });

  test('a reply whose connection breaks keeps its text and fails', async () => {
    server.onMessage('sleep', { content: 'What keeps you awake at night?' }, { latency: 10, truncateAfterChunks: 4 });
    const { text, end, error } = await ask('I cannot sleep.');
    expect(text).toMatch(/^What kee/);
    expect(text).not.toContain('night?');
    expect(end).toBeNull();
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true });
  });

  test('embeddings are of unit length', async () => {
    server.onEmbedding('sleep', { embedding: [3, 4] });
    const embedder = openAiEmbedder(clientOf().client, { model: 'text-embedding-3-small', dimensions: null });
    const { vectors } = await embedder.embed(['sleep'], new AbortController().signal);
    expect(vectors.map((vector) => [...vector].map((value) => value.toFixed(3)))).toEqual([['0.600', '0.800']]);
  });

  test('its status is no problem', async () => {
    expect(await clientOf().provider.problem(new AbortController().signal)).toBeNull();
  });
});
