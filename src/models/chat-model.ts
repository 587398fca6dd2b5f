import type { ReportParts } from './report-parts.ts';

export type PromptRole = 'SYSTEM' | 'USER' | 'ASSISTANT';

export interface PromptMessage {
  role: PromptRole;
  content: string;
}

/** Something that was recalled and sent with the prompt. */
export interface Quotation {
  /** The n of [n]. */
  marker: number;
  text: string;
  saidAt: Date;
  role: PromptRole;
}

/** A passage of a document that was sent with the prompt. */
export interface DocumentQuotation {
  /** The n of [n]. */
  marker: number;
  text: string;
  /** The document's, without quotation marks or a [n]. */
  name: string;
}

export interface TurnMessage {
  role: PromptRole;
  text: string;
  saidAt: Date;
}

/** What `messages` was made of, after truncation: for a responder that works by rules and reads no prose prompt. */
export interface TurnParts {
  question: string;
  askedAt: Date;
  isFirstReply: boolean;
  /** Oldest first, the question left out. */
  recent: TurnMessage[];
  /** Best first. */
  memory: Quotation[];
  /** Best first. */
  documents: DocumentQuotation[];
}

export interface ChatRequest {
  messages: PromptMessage[];
  /** What `messages` comes to, by our own count. */
  promptTokens: number;
  /** At most as many tokens may be written. */
  replyTokens: number;
  /** What it is counted as. */
  purpose: 'CHAT' | 'REPORT' | 'SUMMARY' | 'TITLE';
  parts: TurnParts;
  /** Set where a report is asked for, and not a reply. */
  report?: ReportParts;
}

export type FinishReason = 'STOP' | 'LENGTH';

/** Any number of texts, then one end. A stream that ends without an end, or throws, has failed. */
export type ChatEvent =
  | { type: 'text'; text: string }
  | { type: 'end'; finishReason: FinishReason; inputTokens: number; outputTokens: number };

export interface ChatModel {
  id: string;
  /** What prompt and reply may take together. */
  contextWindowTokens: number;
  /**
   * Aborting `signal` ends the stream, with or without an error.
   *
   * @throws ModelError
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>;
}

/** Where chat models come from; the first of `models` is the default. */
export interface ChatProvider {
  kind: 'OFFLINE' | 'OPENAI';
  models: readonly ChatModel[];
  /** Null when it answers; else why not, in a sentence. */
  problem(signal: AbortSignal): Promise<string | null>;
}

export type ModelErrorCode = 'MODEL_UNAVAILABLE' | 'MODEL_REFUSED' | 'TIMEOUT' | 'BUDGET_EXCEEDED';

export interface UsedTokens {
  inputTokens: number;
  outputTokens: number;
}

const NOTHING_USED: UsedTokens = { inputTokens: 0, outputTokens: 0 };

/** What was used and is to be paid for, though it came to nothing. */
export const usedBefore = (error: unknown): UsedTokens => (error instanceof ModelError ? error.used : NOTHING_USED);

/** A model that did not do its work; code and message reach the client as the reply's error. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  /** Whether the same request may work later. */
  readonly retryable: boolean;
  /** Before it failed, as far as anybody can tell. */
  used: UsedTokens;

  constructor(
    code: ModelErrorCode,
    message: string,
    retryable: boolean,
    { used = NOTHING_USED, ...options }: ErrorOptions & { used?: UsedTokens } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryable = retryable;
    this.used = used;
  }
}
