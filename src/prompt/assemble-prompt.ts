import type { DocumentQuotation, Quotation, TurnMessage } from '../models/chat-model.ts';
import { freeTokens, instructionsTokens, questionTokens } from './budget.ts';
import { documentHits } from './document-hits.ts';
import { documentName } from './document-name.ts';
import { type Fitted, fitSections, tokensSent } from './fit.ts';
import { wantedTokens } from './fit-recent.ts';
import { hitsSection, lastMarker } from './hits-section.ts';
import { memoryHits } from './memory-hits.ts';
import type { AssembledPrompt, PromptItem, PromptSection, SectionKind } from './prompt.ts';
import type { PromptInput } from './prompt-input.ts';
import { renderMessages } from './render-prompt.ts';
import { requestHash } from './request-hash.ts';

export const MEMORY_OFF = 'Long-term memory is off: nothing was recalled, and nothing of this turn is recorded.';
export const DOCUMENTS_SUMMARY_TOO_LONG =
  'What the documents hold was condensed, but not to a size that fits; excerpts were sent.';
export const SUMMARY_TOO_LONG = 'What memory found was condensed, but not to a size that fits; excerpts were sent.';

/**
 * The prompt under its budget, and the record of what was kept, cut and left out; the same input gives the same prompt.
 * Every message of `recent`, every passage of a document and, with memory on, every hit is an item exactly once; no two
 * share a marker.
 *
 * @throws AppError BUDGET_EXCEEDED, as `freeTokens` does
 */
export function assemblePrompt(input: PromptInput): AssembledPrompt {
  const fitted = fitSections(input, freeTokens(input));
  const instructions = input.instructions.text;
  const summary = fitted.memory.summary?.text ?? null;
  const documentsSummary = fitted.documents.summary?.text ?? null;
  const documents = hitsSection(documentHits, fitted.documents, 1);
  const memory = hitsSection(memoryHits, fitted.memory, lastMarker(fitted.documents) + 1);
  const sections = [
    section('INSTRUCTIONS', [instructionsItem(input)]),
    documents,
    memory,
    { ...section('RECENT_TURNS', fitted.recent), wantedTokens: wantedTokens(input.recent) },
    section('USER_MESSAGE', [questionItem(input)]),
  ];
  const messages = renderMessages({ instructions, sections, summary, documentsSummary });
  return {
    messages,
    requestHash: requestHash(messages),
    instructions,
    summary,
    documentsSummary,
    sections,
    contextWindowTokens: input.contextWindowTokens,
    replyTokens: input.replyTokens,
    budgetTokens: input.budgetTokens,
    usedTokens: sections.reduce((sum, { tokens }) => sum + tokens, 0),
    notes: notesOf(input, fitted),
    parts: {
      question: input.question.text,
      askedAt: input.askedAt,
      isFirstReply: input.isFirstReply,
      recent: fitted.recent.flatMap(turnMessageOf),
      memory: bestFirst(memory).flatMap(quotationOf),
      documents: bestFirst(documents).flatMap(documentQuotationOf),
    },
  };
}

const section = (kind: SectionKind, items: PromptItem[]): PromptSection => {
  const tokens = tokensSent(items);
  return { kind, tokens, wantedTokens: tokens, summarized: false, items };
};

const instructionsItem = ({ instructions }: PromptInput): PromptItem => ({
  section: 'INSTRUCTIONS',
  messageId: null,
  chunkId: null,
  filename: null,
  role: null,
  saidAt: null,
  marker: null,
  ranges: [[0, instructions.text.length]],
  text: instructions.text,
  decision: 'INCLUDED',
  reason: null,
  score: null,
  tokens: instructionsTokens(instructions),
});

const questionItem = ({ question }: PromptInput): PromptItem => ({
  section: 'USER_MESSAGE',
  messageId: question.messageId,
  chunkId: null,
  filename: null,
  role: 'USER',
  saidAt: question.saidAt,
  marker: null,
  ranges: [[0, question.text.length]],
  text: question.text,
  decision: 'INCLUDED',
  reason: null,
  score: null,
  tokens: questionTokens(question),
});

function notesOf({ notes, memoryEnabled, summary, documentsSummary }: PromptInput, { memory, documents }: Fitted) {
  const isTooLong = memoryEnabled && summary !== null && memory.summary === null;
  return [
    ...notes,
    ...(memoryEnabled ? [] : [MEMORY_OFF]),
    ...(documentsSummary !== null && documents.summary === null ? [DOCUMENTS_SUMMARY_TOO_LONG] : []),
    ...(isTooLong ? [SUMMARY_TOO_LONG] : []),
  ];
}

const bestFirst = ({ items }: PromptSection) => items.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));

const turnMessageOf = ({ role, text, saidAt, decision }: PromptItem): TurnMessage[] =>
  role && saidAt && decision !== 'DROPPED' ? [{ role, text, saidAt }] : [];

const quotationOf = ({ marker, role, text, saidAt }: PromptItem): Quotation[] =>
  marker !== null && role && saidAt ? [{ marker, text, saidAt, role }] : [];

const documentQuotationOf = ({ marker, filename, text }: PromptItem): DocumentQuotation[] =>
  marker !== null && filename !== null ? [{ marker, text, name: documentName(filename) }] : [];
