import type { Condensed } from './hit-kind.ts';
import type { DocumentHit, Hit, Passage } from './prompt.ts';

/** What a prompt is assembled from. Every `tokens` is `countTokens` of its text. */
export interface PromptInput {
  instructions: { text: string; tokens: number };
  /** `messageId` is null where the question is not stored. */
  question: { messageId: string | null; text: string; tokens: number; saidAt: Date };
  /** Whole messages, oldest first, of at most RECENT_TURNS turns. */
  recent: readonly Passage[];
  /** Best first, each once. Not looked at when memory is off. */
  hits: readonly Hit[];
  /** What memory's hits were condensed to; null where the excerpts are to stand. */
  summary: Condensed<Hit> | null;
  /** Passages of the session's documents, best first, each once. */
  documents: readonly DocumentHit[];
  /** The same of them. */
  documentsSummary: Condensed<DocumentHit> | null;
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
