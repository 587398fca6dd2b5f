import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOpenAi } from '../../src/models/openai.ts';
import { openAiChat } from '../../src/models/openai-chat.ts';
import { chatRequest, listen } from '../support/chat-request.ts';
import {
  breaksBeforeUsage,
  createGate,
  disconnectsAfter,
  errsAfter,
  fails,
  isFilteredAfter,
  type ModelAnswer,
  noFinish,
  overflows,
  refuses,
  runsOutAfter,
  says,
  sendsGarbageAfter,
  slowly,
  stallsAfter,
} from '../support/model-answers.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../support/model-server.ts';

const SECRET = 'sk-never-to-be-seen';

let servers: ModelServer[] = [];
beforeEach(() => {
  servers = [];
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

async function startServer(options: ModelServerOptions = {}) {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
}

function chatAt(
  server: Pick<ModelServer, 'url'>,
  given: { id?: string; idleTimeoutMs?: number; firstTextMs?: number } = {},
) {
  const { client } = createOpenAi({ apiKey: SECRET, baseUrl: server.url, chatModels: [] });
  const { id = 'test-model', ...patience } = given;
  return openAiChat(client, { id, contextWindowTokens: 8192 }, { firstRetryMs: 1, ...patience });
}

async function answered(...answers: ModelAnswer[]) {
  const server = await startServer();
  server.next(...answers);
  const result = await listen(chatAt(server), chatRequest('I sleep badly.'));
  return { ...result, requests: server.chats };
}

describe('a reply', () => {
  test('is streamed as it is written, then ends with what the endpoint counted', async () => {
    const { text, end, error } = await answered(says('Breathe ', 'in ', 'slowly.'));
    expect(error).toBeNull();
    expect(text).toBe('Breathe in slowly.');
    expect(end).toEqual({ type: 'end', finishReason: 'STOP', inputTokens: 2, outputTokens: 3 });
  });

  test('is asked for with roles in lower case, the model and the limit', async () => {
    const { requests } = await answered(says('Yes.'));
    expect(requests[0]).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      body: {
        model: 'test-model',
        max_tokens: 100,
        messages: [
          { role: 'system', content: 'You are a coach.' },
          { role: 'user', content: 'I sleep badly.' },
        ],
      },
    });
  });

  test('reaches its reader delta by delta', async () => {
    const server = await startServer();
    const gate = createGate();
    server.next(slowly(['one ', 'two'], gate));
    const seen: string[] = [];
    gate.release();
    const onText = (text: string) => {
      seen.push(text);
      gate.release();
    };
    const { end } = await listen(chatAt(server), chatRequest('Count.'), { onText });
    expect(seen).toEqual(['one ', 'two']);
    expect(end).not.toBeNull();
  });

  test('says when it was cut by the limit on its length', async () => {
    const { end } = await answered(runsOutAfter('A very long'));
    expect(end).toMatchObject({ finishReason: 'LENGTH' });
  });

  test('is counted by us where the endpoint does not say', async () => {
    const server = await startServer({ usage: false });
    server.next(says('Sleep ', 'well.'));
    const { end } = await listen(chatAt(server), chatRequest('Good night.'));
    expect(end).toMatchObject({ inputTokens: 17, outputTokens: 3 });
  });

  test('is ended by us where the endpoint ignores the limit', async () => {
    const server = await startServer();
    server.next(says(...Array.from({ length: 100 }, () => 'more ')));
    const { text, end } = await listen(chatAt(server), chatRequest('Go on.', { replyTokens: 10 }));
    expect(end).toMatchObject({ finishReason: 'LENGTH' });
    expect(text.length).toBeLessThan(250);
  });
});

describe('an endpoint in trouble', () => {
  test.each([
    ['429', fails(429, { retryAfter: 0 })],
    ['500', fails(500)],
    ['502', fails(502)],
    ['503', fails(503, { retryAfter: 0 })],
    ['504', fails(504)],
    ['a broken connection', disconnectsAfter()],
    ['a connection that breaks before the first text', disconnectsAfter('')],
  ])('is asked again after %s', async (_, trouble) => {
    const { text, error, requests } = await answered(trouble, trouble, says('There.'));
    expect(error).toBeNull();
    expect(text).toBe('There.');
    expect(requests).toHaveLength(3);
  });

  test('is asked three times and no more', async () => {
    const { error, requests } = await answered(fails(503), fails(503), fails(503), says('Too late.'));
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true });
    expect(requests).toHaveLength(3);
  });

  test('that asks for a long wait is not waited for', async () => {
    const { error, requests } = await answered(fails(429, { retryAfter: 60 }), says('Too late.'));
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true });
    expect(requests).toHaveLength(1);
  });

  test('that cannot be reached is named so', async () => {
    const server = await startServer();
    await server.close();
    const { error } = await listen(chatAt(server), chatRequest('Hello?'));
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true });
  });

  test.each([
    ['a used-up quota', fails(429, { code: 'insufficient_quota' }), 'MODEL_UNAVAILABLE'],
    ['a wrong key', fails(401), 'MODEL_UNAVAILABLE'],
    ['a forbidden model', fails(403), 'MODEL_UNAVAILABLE'],
    ['an unknown model', fails(404), 'MODEL_UNAVAILABLE'],
    ['a request that it does not take', fails(400), 'MODEL_UNAVAILABLE'],
    ['a prompt that it will not answer', fails(400, { code: 'content_filter' }), 'MODEL_REFUSED'],
    ['a prompt that is too long', overflows(), 'BUDGET_EXCEEDED'],
    [
      'a prompt that is too long beside the reply',
      fails(400, { message: 'max_tokens is too large: the context length is 4096 tokens.' }),
      'BUDGET_EXCEEDED',
    ],
  ])('is not asked again after %s', async (_, trouble, code) => {
    const { error, requests } = await answered(trouble, says('No.'));
    expect(error).toMatchObject({ code, retryable: false });
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['breaks the connection', disconnectsAfter('One, '), 'MODEL_UNAVAILABLE', true],
    ['sends what cannot be read', sendsGarbageAfter('One, '), 'MODEL_UNAVAILABLE', true],
    ['sends an error', errsAfter('One, '), 'MODEL_UNAVAILABLE', true],
    ['never says that the reply is finished', noFinish('One, '), 'MODEL_UNAVAILABLE', true],
    ['declines', refuses('One, '), 'MODEL_REFUSED', false],
    ['filters', isFilteredAfter('One, '), 'MODEL_REFUSED', false],
  ])('that %s after some text keeps the text and fails, once', async (_, trouble, code, retryable) => {
    const { text, end, error, requests } = await answered(trouble, says('again'));
    expect(text).toBe('One, ');
    expect(end).toBeNull();
    expect(error).toMatchObject({ name: 'ModelError', code, retryable });
    expect(requests).toHaveLength(1);
  });

  test('that breaks the connection when the reply had finished has done its work', async () => {
    const { text, end, error } = await answered(breaksBeforeUsage('All ', 'said.'));
    expect(error).toBeNull();
    expect(text).toBe('All said.');
    expect(end).toMatchObject({ finishReason: 'STOP', inputTokens: 17, outputTokens: 3 });
  });

  test('that answers with nothing fails the reply', async () => {
    const { error } = await answered(says(), says(), says());
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: true });
  });

  test('that thinks until the limit is reached fails the reply', async () => {
    const { error, requests } = await answered(runsOutAfter());
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', retryable: false });
    expect(requests).toHaveLength(1);
  });

  test('never gets its own words, nor our key, in front of a person', async () => {
    for (const status of [400, 401, 403, 404, 409, 422, 429, 500]) {
      const trouble = fails(status, { message: `Internal: key ${SECRET} of org-1 at 10.0.0.7`, retryAfter: 60 });
      const { error } = await answered(trouble, trouble, trouble);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).not.toMatch(/sk-|Internal|org-1|10\.0|127\.0|status/);
    }
  });
});

describe('an endpoint that falls silent', () => {
  test('in the middle of a reply times out, with the text kept and the request ended', async () => {
    const server = await startServer();
    server.next(stallsAfter('One, '));
    const { text, error } = await listen(chatAt(server, { idleTimeoutMs: 5 }), chatRequest('Count.'));
    expect(text).toBe('One, ');
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(await server.chats[0]?.ended).toBe(true);
  });

  test('before its first text times out', async () => {
    const server = await startServer();
    server.next(stallsAfter());
    const { error } = await listen(chatAt(server, { firstTextMs: 30 }), chatRequest('Count.'));
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  test('before any answer times out, and is not asked again', async () => {
    const server = await startServer();
    server.next(() => {});
    const { error } = await listen(chatAt(server, { firstTextMs: 30 }), chatRequest('Count.'));
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(server.chats).toHaveLength(1);
  });
});

describe('an abort', () => {
  test('ends the stream quietly, and the request with it', async () => {
    const server = await startServer();
    server.next(stallsAfter('One, '));
    const abort = new AbortController();
    const { text, end, error } = await listen(chatAt(server), chatRequest('Count.'), {
      signal: abort.signal,
      onText: () => abort.abort(),
    });
    expect(text).toBe('One, ');
    expect(end).toBeNull();
    expect(error).toBeNull();
    expect(await server.chats[0]?.ended).toBe(true);
  });

  test('that came first asks nothing', async () => {
    const server = await startServer();
    const { error } = await listen(chatAt(server), chatRequest('Count.'), { signal: AbortSignal.abort() });
    expect(error).toBeNull();
    expect(server.requests).toHaveLength(0);
  });

  test('ends the wait for another attempt', async () => {
    const server = await startServer();
    const abort = new AbortController();
    server.next((exchange) => {
      exchange.response.once('close', () => abort.abort());
      return fails(429, { retryAfter: 5 })(exchange);
    });
    const { error } = await listen(chatAt(server), chatRequest('Count.'), { signal: abort.signal });
    expect(error).toBeNull();
    expect(server.chats).toHaveLength(1);
  });

  test('is not needed by a reader who leaves', async () => {
    const server = await startServer();
    server.next(stallsAfter('One, '));
    for await (const _ of chatAt(server).stream(chatRequest('Count.'), new AbortController().signal)) break;
    expect(await server.chats[0]?.ended).toBe(true);
  });
});

describe('parameters', () => {
  test('that an endpoint rejects are left out, and that is remembered', async () => {
    const server = await startServer({ rejects: ['stream_options', 'max_tokens'] });
    const model = chatAt(server);
    const first = await listen(model, chatRequest('One?'));
    const second = await listen(model, chatRequest('Two?'));
    expect([first.error, second.error]).toEqual([null, null]);
    expect(server.chats).toHaveLength(4);
    expect(server.chats.at(-1)?.body).toMatchObject({ max_completion_tokens: 100 });
    expect(server.chats.at(-1)?.body).not.toHaveProperty('stream_options');
    expect(second.end).toMatchObject({ inputTokens: 17 });
  });

  test('are not sent at all to an endpoint that takes no limit by any name', async () => {
    const server = await startServer({ rejects: ['max_tokens', 'max_completion_tokens'] });
    const { error } = await listen(chatAt(server), chatRequest('One?'));
    expect(error).toBeNull();
  });

  test('are the plainest for an endpoint that does not say what it rejects', async () => {
    const server = await startServer();
    server.next(({ response }) => void response.writeHead(400).end('Bad Request'), says('Plainly.'));
    const { text } = await listen(chatAt(server), chatRequest('One?'));
    expect(text).toBe('Plainly.');
    expect(server.chats.at(-1)?.body).not.toHaveProperty('stream_options');
  });

  test('give a model that thinks room to, and ask it to be brief', async () => {
    const server = await startServer();
    await listen(chatAt(server, { id: 'gpt-5-mini' }), chatRequest('One?'));
    expect(server.chats[0]?.body).toMatchObject({ max_tokens: 4100, reasoning_effort: 'low' });
  });

  test('keep that room where the endpoint does not take the request to be brief', async () => {
    const server = await startServer({ rejects: ['reasoning_effort'] });
    await listen(chatAt(server, { id: 'o3' }), chatRequest('One?'));
    expect(server.chats[1]?.body).toMatchObject({ max_tokens: 4100 });
  });
});

describe('the status of an endpoint', () => {
  const problemAt = (url: string, apiKey: string | null) =>
    createOpenAi({ apiKey, baseUrl: url, chatModels: [] }).provider.problem(new AbortController().signal);

  test('is no problem where it lists its models, also without a key', async () => {
    const { url } = await startServer();
    expect(await problemAt(url, null)).toBeNull();
  });

  test('is a sentence where it does not', async () => {
    const server = await startServer({ apiKey: 'the right one' });
    expect(await problemAt(server.url, SECRET)).toMatch(/^The model .*key.*\.$/);
    expect(await problemAt(`${server.url}/elsewhere`, 'the right one')).toMatch(/OPENAI_BASE_URL/);
    await server.close();
    expect(await problemAt(server.url, SECRET)).toBe('The model cannot be reached at the moment.');
  });

  test('comes with the models in their order', async () => {
    const chatModels = [
      { id: 'first', contextWindowTokens: 8000 },
      { id: 'second', contextWindowTokens: 16_000 },
    ];
    const { provider } = createOpenAi({ apiKey: null, baseUrl: 'http://127.0.0.1:1/v1', chatModels });
    expect(provider.kind).toBe('OPENAI');
    expect(provider.models).toMatchObject(chatModels);
  });
});
