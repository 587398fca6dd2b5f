import type { PromptMessage, PromptRole, TurnParts } from '../models/chat-model.ts';

/** In the order sent. */
export const sectionKinds = ['INSTRUCTIONS', 'DOCUMENTS', 'MEMORY', 'RECENT_TURNS', 'USER_MESSAGE'] as const;
export type SectionKind = (typeof sectionKinds)[number];

export const promptDecisions = ['INCLUDED', 'TRUNCATED', 'DROPPED'] as const;
export type PromptDecision = (typeof promptDecisions)[number];

/** Stands where the middle of a text was cut out. */
export const ELLIPSIS = ' […] ';

/** Stands in a manifest for a text that has been deleted since. */
export const DELETED = '[deleted]';

/** From, to: UTF-16 offsets into the source's text. A text cut in its middle has two. */
export type Range = readonly [from: number, to: number];

/** Some stored text on its way into a prompt. */
interface Excerpt {
  /** The text from `range[0]` to `range[1]` of its source. */
  text: string;
  range: Range;
  /** Of `text` alone, without label or marker. */
  tokens: number;
}

/** A message, or a part of it. */
export interface Passage extends Excerpt {
  messageId: string;
  role: PromptRole;
  saidAt: Date;
}

/** A passage that memory found. */
export interface Hit extends Passage {
  sessionId: string;
  seq: number;
  position: number;
  /** The order is by this; clients see it clamped to 0–1. */
  score: number;
}

/** A passage of a document that a search found; `range` is of the chunk's text. */
export interface DocumentHit extends Excerpt {
  chunkId: number;
  documentId: string;
  filename: string;
  /** The chunk's place in its document, from 0. */
  position: number;
  /** As in `Hit`. */
  score: number;
}

/** What the manifest says of one thing that was, or was not, sent. */
export interface PromptItem {
  section: SectionKind;
  /** Null for instructions, for a question that is not stored, and for a passage of a document. */
  messageId: string | null;
  /** The passage of a document. */
  chunkId: number | null;
  /** Of that document, as it was sent. */
  filename: string | null;
  /** Null for instructions and documents. */
  role: PromptRole | null;
  saidAt: Date | null;
  /** The [n] it was sent under; null where nothing can be cited. */
  marker: number | null;
  /** Joined by ELLIPSIS: what was sent of the source, or for DROPPED what would have been. */
  ranges: Range[];
  text: string;
  decision: PromptDecision;
  reason: string | null;
  score: number | null;
  /** What it takes in the prompt as sent, label and overhead included; for DROPPED what it would have taken. */
  tokens: number;
}

export interface PromptSection {
  kind: SectionKind;
  /** What it takes in the prompt as sent, its header included. The sections' tokens add up to `usedTokens`. */
  tokens: number;
  /** What it would have taken with no budget. */
  wantedTokens: number;
  /** Whether a summary was sent in place of the items' own texts. */
  summarized: boolean;
  /** What was sent, in the order sent; in DOCUMENTS and MEMORY, what was left out comes after it, best first. */
  items: PromptItem[];
}

/** What was sent, and the record of it. `messages` is a function of `instructions`, `sections` and the summaries alone. */
export interface AssembledPrompt {
  messages: PromptMessage[];
  /** SHA-256 in hex of the RFC 8785 JSON of `[{content, role}]`, role in lower case. */
  requestHash: string;
  /** The whole text of the INSTRUCTIONS section. */
  instructions: string;
  /** What a model condensed MEMORY to; null where the excerpts stand. */
  summary: string | null;
  /** The same of DOCUMENTS. */
  documentsSummary: string | null;
  sections: PromptSection[];
  contextWindowTokens: number;
  replyTokens: number;
  budgetTokens: number;
  /** At most `budgetTokens`, and never less than a count of the whole messages. */
  usedTokens: number;
  notes: string[];
  parts: TurnParts;
}
