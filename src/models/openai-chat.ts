import { setTimeout as wait } from 'node:timers/promises';
import type OpenAI from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ChatEvent, ChatModel, ChatRequest, PromptRole } from './chat-model.ts';
import { countTokens } from './count-tokens.ts';
import { type Dialect, dialectAfter, likelyDialect, paramsIn } from './openai-dialect.ts';
import { asModelError, brokeOff, neverGotToAnswer, refused, saidNothing } from './openai-errors.ts';
import { retryDelayMs } from './openai-retry.ts';
import { type Patience, streamChunks } from './openai-stream.ts';

export interface OpenAiChatOptions extends Patience {
  /** Doubles with each retry; an endpoint's own Retry-After goes before it. */
  firstRetryMs: number;
}

const defaults: OpenAiChatOptions = { firstTextMs: 60_000, idleTimeoutMs: 30_000, firstRetryMs: 500 };

/** A model behind an endpoint that speaks OpenAI's chat completions. `client` must not retry by itself. */
export function openAiChat(
  client: OpenAI,
  model: Pick<ChatModel, 'id' | 'contextWindowTokens'>,
  options: Partial<OpenAiChatOptions> = {},
): ChatModel {
  const patience = { ...defaults, ...options };
  let dialect = likelyDialect(client.baseURL, model.id);

  async function* stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void> {
    let trying = dialect;
    let retries = 0;
    while (!signal.aborted) {
      let hasBegun = false;
      try {
        const chunks = streamChunks(client, paramsOf(model.id, request, trying), patience, signal);
        for await (const event of readReply(chunks, request)) {
          hasBegun = true;
          dialect = trying;
          yield event;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        const otherDialect = hasBegun ? null : dialectAfter(error, trying);
        if (otherDialect) {
          trying = otherDialect;
          continue;
        }
        const delayMs = hasBegun ? null : retryDelayMs(error, retries++, patience.firstRetryMs);
        if (delayMs === null) throw asModelError(error);
        await wait(delayMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  return { id: model.id, contextWindowTokens: model.contextWindowTokens, stream };
}

const roles = { SYSTEM: 'system', USER: 'user', ASSISTANT: 'assistant' } as const satisfies Record<PromptRole, string>;

const paramsOf = (model: string, request: ChatRequest, dialect: Dialect): ChatCompletionCreateParamsStreaming => ({
  ...paramsIn(dialect, request.replyTokens),
  model,
  messages: request.messages.map(({ role, content }) => ({ role: roles[role], content })),
  stream: true,
});

async function* readReply(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: ChatRequest,
): AsyncGenerator<ChatEvent, void, void> {
  let text = '';
  let writtenTokens = 0;
  let finishReason: string | null = null;
  let usage: ChatCompletionChunk['usage'] = null;
  try {
    for await (const chunk of chunks) {
      usage = chunk.usage ?? usage;
      const choice = chunk.choices?.[0];
      const content = choice?.delta?.content;
      if (content) {
        text += content;
        writtenTokens += countTokens(content);
        yield { type: 'text', text: content };
      }
      finishReason = choice?.finish_reason ?? finishReason;
      if (choice?.delta?.refusal || finishReason === 'content_filter') throw refused();
      // Some servers ignore the limit. Pieces count for more than their whole, so what keeps to it stays well below.
      if (writtenTokens > 2 * request.replyTokens) finishReason = 'length';
      if (writtenTokens > 2 * request.replyTokens) break;
    }
  } catch (error) {
    // Once the reply has finished, all that can be missing is the usage.
    if (finishReason === null || finishReason === 'content_filter') throw error;
  }

  if (finishReason === null) throw brokeOff();
  if (text === '') throw finishReason === 'length' ? neverGotToAnswer() : saidNothing();
  yield {
    type: 'end',
    finishReason: finishReason === 'length' ? 'LENGTH' : 'STOP',
    inputTokens: usage?.prompt_tokens || request.promptTokens,
    outputTokens: usage?.completion_tokens || countTokens(text),
  };
}
