import type OpenAI from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { tookTooLong } from './openai-errors.ts';

export interface Patience {
  /** How long the endpoint may be silent before the first text: it may load, or think. */
  firstTextMs: number;
  /** And between two chunks after that. */
  idleTimeoutMs: number;
}

/**
 * One request's chunks as they come. The time in which the reader is busy does not count against the endpoint; a reader
 * that leaves ends the request. An abort ends it with or without an error.
 *
 * @throws whatever the client throws; ModelError TIMEOUT when the endpoint falls silent
 */
export async function* streamChunks(
  client: OpenAI,
  params: ChatCompletionCreateParamsStreaming,
  patience: Patience,
  signal: AbortSignal,
): AsyncGenerator<ChatCompletionChunk, void, void> {
  const request = new AbortController();
  let silenceMs = patience.firstTextMs;
  let isLate = false;

  async function inTime<T>(promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      isLate = true;
      request.abort();
    }, silenceMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  try {
    const both = AbortSignal.any([signal, request.signal]);
    const stream = await inTime(client.chat.completions.create(params, { signal: both, timeout: 2 * silenceMs }));
    const chunks = stream[Symbol.asyncIterator]();
    for (let next = await inTime(chunks.next()); !next.done; next = await inTime(chunks.next())) {
      if (next.value.choices?.[0]?.delta?.content) silenceMs = patience.idleTimeoutMs;
      yield next.value;
    }
  } catch (error) {
    throw isLate ? tookTooLong({ cause: error }) : error;
  } finally {
    request.abort();
  }
  // The client ends an aborted stream as if it were complete.
  if (isLate) throw tookTooLong();
}
