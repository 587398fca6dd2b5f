import OpenAI from 'openai';
import type { ChatModel, ChatProvider } from './chat-model.ts';
import { type OpenAiChatOptions, openAiChat } from './openai-chat.ts';
import { asModelError } from './openai-errors.ts';

export interface OpenAiSettings {
  /** Null: a server that asks for none. */
  apiKey: string | null;
  /** Ends in `/v1` as a rule; null: OpenAI's own. */
  baseUrl: string | null;
  /** The first is the default. */
  chatModels: readonly Pick<ChatModel, 'id' | 'contextWindowTokens'>[];
}

const PROBLEM_TIMEOUT_MS = 3000;

export function createOpenAi(
  settings: OpenAiSettings,
  options: Partial<OpenAiChatOptions> = {},
): { provider: ChatProvider; client: OpenAI } {
  const client = new OpenAI({
    // The client will not start without a key.
    apiKey: settings.apiKey ?? 'none',
    baseURL: settings.baseUrl ?? 'https://api.openai.com/v1',
    // The client would read these from the environment, and print to the console.
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
  });
  const models = settings.chatModels.map((model) => openAiChat(client, model, options));

  async function problem(signal: AbortSignal): Promise<string | null> {
    try {
      await client.models.list({ signal, timeout: PROBLEM_TIMEOUT_MS });
      return null;
    } catch (error) {
      if (error instanceof OpenAI.NotFoundError)
        return 'What answers at OPENAI_BASE_URL does not list models as OpenAI does.';
      return asModelError(error).message;
    }
  }

  return { provider: { kind: 'OPENAI', models, problem }, client };
}
