import { APIError } from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { asModelError } from './openai-errors.ts';

type LimitName = 'max_completion_tokens' | 'max_tokens';

/** What a model at its endpoint understands of the parameters in which servers differ. */
export interface Dialect {
  /** The names to try for the limit on the reply; none left: no limit is sent. */
  limitNames: readonly LimitName[];
  streamOptions: boolean;
  /** Whether the model thinks before it writes. */
  thinks: boolean;
  reasoningEffort: boolean;
}

/** Thinking counts against the limit on the reply, so such models get this much more. */
const REASONING_TOKENS = 4000;

/** What to try first. */
export function likelyDialect(baseUrl: string, modelId: string): Dialect {
  // Ollama and llama-cpp-python take `max_completion_tokens` without a word and ignore it; OpenAI rejects `max_tokens`.
  const isOpenAi = new URL(baseUrl).hostname.endsWith('openai.com');
  const thinks = /(^|\/)(gpt-5(?!.*chat)|o[134](-|$))/.test(modelId);
  return {
    limitNames: isOpenAi ? ['max_completion_tokens', 'max_tokens'] : ['max_tokens', 'max_completion_tokens'],
    streamOptions: true,
    thinks,
    reasoningEffort: thinks,
  };
}

export function paramsIn(dialect: Dialect, replyTokens: number): Partial<ChatCompletionCreateParamsStreaming> {
  const [limitName] = dialect.limitNames;
  return {
    ...(limitName && { [limitName]: replyTokens + (dialect.thinks ? REASONING_TOKENS : 0) }),
    ...(dialect.streamOptions && { stream_options: { include_usage: true } }),
    ...(dialect.reasoningEffort && { reasoning_effort: 'low' }),
  };
}

/** The dialect to try after `error`; null when the error is not about parameters. Never gives the same dialect twice. */
export function dialectAfter(error: unknown, dialect: Dialect): Dialect | null {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return null;
  if (asModelError(error).code !== 'MODEL_UNAVAILABLE') return null;
  const names = (parameter: string) => error.param === parameter || error.message.includes(parameter);

  const [limitName, ...otherLimitNames] = dialect.limitNames;
  if (dialect.streamOptions && names('stream_options')) return { ...dialect, streamOptions: false };
  if (dialect.reasoningEffort && names('reasoning')) return { ...dialect, reasoningEffort: false };
  if (limitName && names(limitName)) return { ...dialect, limitNames: otherLimitNames };
  // An answer that does not say in OpenAI's form what is wrong.
  if (error.error === undefined && dialect.streamOptions) {
    return { ...dialect, limitNames: ['max_tokens'], streamOptions: false, reasoningEffort: false };
  }
  return null;
}
