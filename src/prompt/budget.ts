import { AppError } from '../errors.ts';

/** What a message costs beside its content: role and delimiters; three or four in the models we know. */
export const MESSAGE_TOKENS = 4;

/** What opens the reply, at the end of every prompt. Counted with USER_MESSAGE. */
export const REPLY_OPENING_TOKENS = 3;

/** Of what INSTRUCTIONS and USER_MESSAGE leave. */
export const RECENT_TURNS_SHARE = 0.4;
export const MEMORY_SHARE = 0.3;
export const DOCUMENTS_SHARE = 0.3;

/** Another model's tokenizer counts a little differently. */
const MARGIN = 0.02;

/** What a prompt may use: what the model leaves beside the reply and a margin, but no more than `promptTokens`. */
export function promptBudget(limits: {
  contextWindowTokens: number;
  replyTokens: number;
  promptTokens: number;
}): number {
  const margin = Math.ceil(limits.contextWindowTokens * MARGIN);
  return Math.max(0, Math.min(limits.contextWindowTokens - limits.replyTokens - margin, limits.promptTokens));
}

/** What must be in every prompt, whole. */
export interface FixedParts {
  instructions: { text: string; tokens: number };
  question: { text: string; tokens: number };
  budgetTokens: number;
}

/**
 * What INSTRUCTIONS and USER_MESSAGE leave of the budget for all else.
 *
 * @throws AppError BUDGET_EXCEEDED when they do not fit themselves
 */
export function freeTokens({ instructions, question, budgetTokens }: FixedParts): number {
  const tokens = instructionsTokens(instructions) + questionTokens(question);
  if (tokens > budgetTokens) {
    throw new AppError('BUDGET_EXCEEDED', 'The message and the instructions are too long for the model together.', {
      tokens,
      budgetTokens,
    });
  }
  return budgetTokens - tokens;
}

/** As sent. */
export const instructionsTokens = (instructions: { tokens: number }) => instructions.tokens + MESSAGE_TOKENS;

/** As sent. */
export const questionTokens = (question: { tokens: number }) => question.tokens + MESSAGE_TOKENS + REPLY_OPENING_TOKENS;
