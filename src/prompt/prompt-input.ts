import type { NumberedHit } from './fit-memory.ts';
import type { Hit, Passage } from './prompt.ts';

/** What a model made of MEMORY with the question in mind. */
export interface Condensed {
  /** One line for each hit that matters, beginning with its [n]. */
  text: string;
  /** `countTokens` of `text`. */
  tokens: number;
  /** What it was made from, as `memoryDemand` numbered it. */
  sources: readonly NumberedHit[];
}

/** What a prompt is assembled from. Every `tokens` is `countTokens` of its text. */
export interface PromptInput {
  instructions: { text: string; tokens: number };
  /** `messageId` is null where the question is not stored. */
  question: { messageId: string | null; text: string; tokens: number; saidAt: Date };
  /** Whole messages, oldest first, of at most RECENT_TURNS turns. */
  recent: readonly Passage[];
  /** Best first, each once. Not looked at when memory is off. */
  hits: readonly Hit[];
  /** Null where the excerpts are to stand. */
  summary: Condensed | null;
  memoryEnabled: boolean;
  /** What went less than well so far, for a person to read. */
  notes: readonly string[];
  contextWindowTokens: number;
  replyTokens: number;
  /** Of `promptBudget`. */
  budgetTokens: number;
  askedAt: Date;
  isFirstReply: boolean;
}
