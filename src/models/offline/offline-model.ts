import { setTimeout as pause } from 'node:timers/promises';
import type { ChatModel, ChatProvider, ChatRequest } from '../chat-model.ts';
import { countTokens, cutToTokens } from '../count-tokens.ts';
import { writeReport } from './report.ts';
import { respond } from './respond.ts';

const WORDS_AT_ONCE = 3;

export interface OfflineOptions {
  /** Between two texts, so that the stream can be watched. */
  pauseMs?: number;
}

/** Retrieval and rules, not intelligence: needs no key, no network and no weights, and says so. */
export function offlineModel({ pauseMs = 0 }: OfflineOptions = {}): ChatModel {
  return {
    id: 'offline',
    contextWindowTokens: 16_000,
    async *stream(request: ChatRequest, signal: AbortSignal) {
      const whole = request.report ? writeReport(request.report) : respond(request.parts);
      const text = cutToTokens(whole, request.replyTokens, 'start');
      for (const piece of piecesOf(text)) {
        await pause(pauseMs, undefined, { signal });
        yield { type: 'text', text: piece };
      }
      yield {
        type: 'end',
        finishReason: text === whole ? 'STOP' : 'LENGTH',
        inputTokens: request.promptTokens,
        outputTokens: countTokens(text),
      };
    },
  };
}

export function offlineProvider(options?: OfflineOptions): ChatProvider {
  return { kind: 'OFFLINE', models: [offlineModel(options)], problem: async () => null };
}

/** A few words each; joined they are `text`. */
function piecesOf(text: string): string[] {
  const words = text.split(/(?<=\s)(?=\S)/);
  return Array.from({ length: Math.ceil(words.length / WORDS_AT_ONCE) }, (_, index) =>
    words.slice(index * WORDS_AT_ONCE, (index + 1) * WORDS_AT_ONCE).join(''),
  );
}
