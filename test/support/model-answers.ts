import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ModelRequest } from './model-server.ts';

export interface ModelExchange {
  request: ModelRequest;
  response: ServerResponse;
  /** Whether the server says what it counted, to those who ask. */
  usage: boolean;
}

/** Writes one answer of the model server; each function here makes one. */
export type ModelAnswer = (exchange: ModelExchange) => void | Promise<void>;

/** Streams each text as a delta, then usage: a token a delta, and a token a message of the prompt. */
export const says =
  (...texts: string[]): ModelAnswer =>
  (exchange) => {
    begin(exchange);
    for (const text of texts) sendDelta(exchange, { content: text });
    finish(exchange, 'stop', texts.length);
  };

/** As `says`, ended by the limit on the reply's length. */
export const runsOutAfter =
  (...texts: string[]): ModelAnswer =>
  (exchange) => {
    begin(exchange);
    for (const text of texts) sendDelta(exchange, { content: text });
    finish(exchange, 'length', texts.length);
  };

/** As `says`, but each text waits until the test lets it pass, and the end waits once more. */
export const slowly =
  (texts: string[], gate: Gate): ModelAnswer =>
  async (exchange) => {
    begin(exchange);
    for (const text of texts) {
      await gate.pass();
      sendDelta(exchange, { content: text });
    }
    await gate.pass();
    finish(exchange, 'stop', texts.length);
  };

/** As `says`, each text in a packet of its own, as far as the network will have it. */
export const saysSingly =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    begin(exchange);
    for (const text of texts) {
      sendDelta(exchange, { content: text });
      if (exchange.response.writableNeedDrain) await once(exchange.response, 'drain');
      else await setImmediate();
    }
    finish(exchange, 'stop', texts.length);
  };

/** As `says`, a text every so often, until the client leaves. */
export const paced =
  (texts: string[], everyMs: number): ModelAnswer =>
  async (exchange) => {
    begin(exchange);
    for (const text of texts) {
      await setTimeout(everyMs);
      if (exchange.response.destroyed) return;
      sendDelta(exchange, { content: text });
    }
    finish(exchange, 'stop', texts.length);
  };

/** An answer made from the request, for a server that is asked many things. */
export const answers =
  (choose: (request: ModelRequest) => ModelAnswer): ModelAnswer =>
  (exchange) =>
    choose(exchange.request)(exchange);

interface Failure {
  message?: string;
  code?: string;
  /** Seconds. */
  retryAfter?: number;
}

export const fails =
  (status: number, { message = `Internal detail of status ${status}`, code, retryAfter }: Failure = {}): ModelAnswer =>
  ({ response }) => {
    response.setHeader('content-type', 'application/json');
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    const error = { message, type: 'test', param: null, code: code ?? null };
    response.writeHead(status).end(JSON.stringify({ error }));
  };

/** The prompt is longer than the model's context. */
export const overflows = (): ModelAnswer =>
  fails(400, { message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded' });

/** The socket breaks after the text; without one, before any answer. */
export const disconnectsAfter =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    if (texts.length > 0) await sendAll(exchange, texts);
    await letClientRead();
    exchange.response.destroy();
  };

/** The socket breaks after the finish reason, before usage. */
export const breaksBeforeUsage =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    begin(exchange);
    for (const text of texts) sendDelta(exchange, { content: text });
    sendFinishReason(exchange, 'stop');
    await letClientRead();
    exchange.response.destroy();
  };

/** When a connection breaks, fetch discards what it has received but nobody has read yet. */
async function letClientRead() {
  await setTimeout(20);
  // In a process that was busy for so long, the server's timer comes before the client's socket.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

/** The socket stays open and silent after the text, until the client leaves or the server closes. */
export const stallsAfter =
  (...texts: string[]): ModelAnswer =>
  (exchange) =>
    sendAll(exchange, texts);

export const sendsGarbageAfter =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    await sendAll(exchange, texts);
    exchange.response.end('data: {"choices": [{"delta": {"con\n\n');
  };

/** The stream ends in good order, but nothing says that the reply does. */
export const noFinish =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    await sendAll(exchange, texts);
    exchange.response.end('data: [DONE]\n\n');
  };

/** An error inside a stream that began with 200. */
export const errsAfter =
  (...texts: string[]): ModelAnswer =>
  async (exchange) => {
    await sendAll(exchange, texts);
    exchange.response.end('data: {"error": {"message": "Internal detail", "type": "server_error"}}\n\n');
  };

/** The model declines, in the field that is meant for it. */
export const refuses =
  (...texts: string[]): ModelAnswer =>
  (exchange) => {
    begin(exchange);
    for (const text of texts) sendDelta(exchange, { content: text });
    sendDelta(exchange, { refusal: 'I cannot help with that.' });
    finish(exchange, 'stop', texts.length + 1);
  };

/** The endpoint's filter ends the reply. */
export const isFilteredAfter =
  (...texts: string[]): ModelAnswer =>
  (exchange) => {
    begin(exchange);
    for (const text of texts) sendDelta(exchange, { content: text });
    finish(exchange, 'content_filter', texts.length);
  };

export interface Gate {
  /** Lets the next `count` through, or what comes when it comes. */
  release(count?: number): void;
  /** Stays open. */
  releaseAll(): void;
  pass(): Promise<void>;
}

export function createGate(): Gate {
  const waiting: (() => void)[] = [];
  let free = 0;
  const letPass = () => {
    while (free > 0 && waiting.length > 0) {
      free--;
      waiting.shift()?.();
    }
  };
  return {
    release(count = 1) {
      free += count;
      letPass();
    },
    releaseAll() {
      free = Number.POSITIVE_INFINITY;
      letPass();
    },
    pass: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        letPass();
      }),
  };
}

type Delta = { role: 'assistant'; content: '' } | { content: string } | { refusal: string };

function begin(exchange: ModelExchange): void {
  exchange.response.writeHead(200, { 'content-type': 'text/event-stream' });
  sendDelta(exchange, { role: 'assistant', content: '' });
}

const sendDelta = (exchange: ModelExchange, delta: Delta) =>
  sendChunk(exchange, { choices: [{ index: 0, delta, finish_reason: null }] });

const sendFinishReason = (exchange: ModelExchange, reason: string) =>
  sendChunk(exchange, { choices: [{ index: 0, delta: {}, finish_reason: reason }] });

function finish(exchange: ModelExchange, reason: string, tokens: number): void {
  const { body } = exchange.request;
  sendFinishReason(exchange, reason);
  if (exchange.usage && body.stream_options?.include_usage) {
    const prompt = body.messages.length;
    const usage = { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens };
    sendChunk(exchange, { choices: [], usage });
  }
  exchange.response.end('data: [DONE]\n\n');
}

function sendChunk({ request, response }: ModelExchange, chunk: object): void {
  const { model } = request.body;
  const head = { id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 0, model };
  response.write(`data: ${JSON.stringify({ ...head, ...chunk })}\n\n`);
}

/** Returns when the bytes have left, so that what follows cannot overtake them. */
async function sendAll(exchange: ModelExchange, texts: string[]): Promise<void> {
  begin(exchange);
  for (const text of texts) sendDelta(exchange, { content: text });
  await new Promise<void>((resolve) => exchange.response.write(': sent\n\n', () => resolve()));
}
