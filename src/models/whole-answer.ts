import { type ChatModel, type ChatRequest, type FinishReason, ModelError } from './chat-model.ts';
import { countTokens } from './count-tokens.ts';

interface WholeAnswer {
  text: string;
  finishReason: FinishReason;
  inputTokens: number;
  outputTokens: number;
}

/** All that a model answers, for those who read nothing before its end. @throws ModelError, with what was used */
export async function wholeAnswer(model: ChatModel, request: ChatRequest, signal: AbortSignal): Promise<WholeAnswer> {
  let text = '';
  try {
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'text') text += event.text;
      else return { text, ...event };
    }
    signal.throwIfAborted();
    throw new ModelError('MODEL_UNAVAILABLE', 'The connection to the model broke off.', true);
  } catch (error) {
    // Where the model did not count, we do.
    if (error instanceof ModelError && text !== '') {
      error.used = { inputTokens: request.promptTokens, outputTokens: countTokens(text) };
    }
    throw error;
  }
}
