import { createHash } from 'node:crypto';
import { countTokens } from '../models/count-tokens.ts';
import { freeTokens, instructionsTokens, promptBudget, questionTokens } from '../prompt/budget.ts';
import { documentHits as documentKind } from '../prompt/document-hits.ts';
import { candidatesOf, excerptsTokens, fitHits, headerTokens } from '../prompt/fit-hits.ts';
import type { Condensed, HitKind, Numbered } from '../prompt/hit-kind.ts';
import { memoryHits } from '../prompt/memory-hits.ts';
import type { AssembledPrompt, DocumentHit, Hit, PromptItem, PromptSection, SectionKind } from '../prompt/prompt.ts';
import { renderMessages } from '../prompt/render-prompt.ts';
import { REPORT_REQUEST } from '../prompt/report-prompt.ts';
import { requestHash } from '../prompt/request-hash.ts';
import type { WeighedPassage } from './evidence/choose-evidence.ts';
import type { Evidence } from './evidence/number-evidence.ts';

/** Of what the instructions leave. */
const DOCUMENTS_SHARE = 0.3;

const request = { text: REPORT_REQUEST, tokens: countTokens(REPORT_REQUEST) };

export interface ReportLimits {
  contextWindowTokens: number;
  replyTokens: number;
  promptTokens: number;
}

export interface Room {
  /** The passages of documents that fit. */
  documents: DocumentHit[];
  /** For excerpts of messages, or for notes on them, their header left out. */
  messagesTokens: number;
}

/**
 * What the instructions leave for passages.
 *
 * @throws AppError BUDGET_EXCEEDED where they leave nothing
 */
export function roomBeside(instructions: string, documents: readonly DocumentHit[], limits: ReportLimits): Room {
  const free = freeTokens(fixedParts(instructions, limits));
  const fresh = candidatesOf(documentKind, documents);
  const found = { candidates: fresh, fresh, summary: null };
  const { kept, tokens } = fitHits(documentKind, found, Math.floor(free * DOCUMENTS_SHARE));
  const header = Math.max(headerTokens('MEMORY', false), headerTokens('MEMORY', true));
  return { documents: kept.map(({ hit }) => hit), messagesTokens: Math.max(0, free - tokens - header) };
}

const fixedParts = (instructions: string, limits: ReportLimits) => ({
  instructions: { text: instructions, tokens: countTokens(instructions) },
  question: request,
  budgetTokens: promptBudget(limits),
});

/** The prompt of a report, and the record of it. `notes` of the passages stand in place of the excerpts. */
export function assembleReport(input: {
  instructions: string;
  evidence: Evidence;
  /** Null where the excerpts fit. */
  condensed: Condensed<Hit> | null;
  limits: ReportLimits;
  notes: readonly string[];
}): AssembledPrompt {
  const { instructions, evidence, condensed, limits } = input;
  const fixed = fixedParts(instructions, limits);
  const sections = [
    section('INSTRUCTIONS', instructionsTokens(fixed.instructions), [instructionsItem(fixed.instructions)]),
    section(
      'DOCUMENTS',
      excerptsTokens(documentKind, evidence.documents),
      evidence.documents.map((each) => itemOf(documentKind, each)),
    ),
    messagesSection(evidence.messages, condensed),
    section('RECENT_TURNS', 0, []),
    section('USER_MESSAGE', questionTokens(request), [requestItem(instructions)]),
  ];
  const summary = condensed?.text ?? null;
  const messages = renderMessages({ instructions, sections, summary, documentsSummary: null });
  return {
    messages,
    requestHash: requestHash(messages),
    instructions,
    summary,
    documentsSummary: null,
    sections,
    contextWindowTokens: limits.contextWindowTokens,
    replyTokens: limits.replyTokens,
    budgetTokens: fixed.budgetTokens,
    usedTokens: sections.reduce((sum, { tokens }) => sum + tokens, 0),
    notes: [...input.notes, `Prepared from inputs with the SHA-256 ${inputHash(instructions, evidence)}.`],
    parts: {
      question: REPORT_REQUEST,
      askedAt: new Date(0),
      isFirstReply: false,
      recent: [],
      memory: [],
      documents: [],
    },
  };
}

function messagesSection(
  messages: readonly Numbered<WeighedPassage>[],
  condensed: Condensed<Hit> | null,
): PromptSection {
  const wantedTokens = excerptsTokens(memoryHits, messages);
  if (!condensed) {
    return section(
      'MEMORY',
      wantedTokens,
      messages.map((each) => itemOf(memoryHits, each)),
    );
  }
  const lines = new Map(condensed.text.split('\n').map((line) => [Number(/^\[(\d+)\]/.exec(line)?.[1]), line]));
  const items = messages.map((each): PromptItem => {
    const line = lines.get(each.marker);
    const item = itemOf(memoryHits, each);
    if (line !== undefined) return { ...item, tokens: countTokens(`${line}\n`) };
    // It keeps its number: what we quote of it can be cited all the same.
    return { ...item, decision: 'DROPPED', reason: 'The notes left it out.' };
  });
  const tokens = headerTokens('MEMORY', true) + condensed.tokens;
  return { ...section('MEMORY', tokens, items), wantedTokens, summarized: true };
}

const section = (kind: SectionKind, tokens: number, items: PromptItem[]): PromptSection => ({
  kind,
  tokens,
  wantedTokens: tokens,
  summarized: false,
  items,
});

const itemOf = <H extends Hit | DocumentHit>(
  kind: Pick<HitKind<H>, 'itemOf'>,
  { hit, tokens, marker }: Numbered<H>,
) => ({
  ...kind.itemOf({ hit, tokens }),
  marker,
  score: hit.score === 0 ? null : hit.score,
});

const ours = {
  messageId: null,
  chunkId: null,
  filename: null,
  saidAt: null,
  marker: null,
  decision: 'INCLUDED',
  reason: null,
  score: null,
} as const;

const instructionsItem = (instructions: { text: string; tokens: number }): PromptItem => ({
  ...ours,
  section: 'INSTRUCTIONS',
  role: null,
  ranges: [[0, instructions.text.length]],
  text: instructions.text,
  tokens: instructionsTokens(instructions),
});

/** The end of the instructions, which are what is stored. */
const requestItem = ({ length }: string): PromptItem => ({
  ...ours,
  section: 'USER_MESSAGE',
  role: 'USER',
  ranges: [[length - REPORT_REQUEST.length, length]],
  text: REPORT_REQUEST,
  tokens: questionTokens(request),
});

/** Of the figures, which stand in the instructions, and of every passage. */
function inputHash(instructions: string, { messages, documents }: Evidence): string {
  const passages = [...messages, ...documents].map(({ marker, hit }) => [marker, hit.text]);
  return createHash('sha256')
    .update(JSON.stringify([instructions, passages]))
    .digest('hex');
}
