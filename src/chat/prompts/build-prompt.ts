import { LRUCache } from 'lru-cache';
import type { App } from '../../app.ts';
import type { Config } from '../../config.ts';
import type { Em } from '../../db/orm.ts';
import { linkedDocuments } from '../../documents/linked-documents.ts';
import { searchableDocuments } from '../../documents/searchable-documents.ts';
import type { ChatModel } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { assemblePrompt } from '../../prompt/assemble-prompt.ts';
import { freeTokens, promptBudget } from '../../prompt/budget.ts';
import { instructionsText } from '../../prompt/coach-prompt.ts';
import type { AssembledPrompt } from '../../prompt/prompt.ts';
import type { PromptInput } from '../../prompt/prompt-input.ts';
import type { Usage } from '../../users/usage.ts';
import type { SessionRow } from '../own.ts';
import type { Condensing } from './condense-hits.ts';
import { modelOf } from './model-of.ts';
import { recall, recallableSessions } from './recall.ts';
import { recentTurns } from './recent-turns.ts';
import type { SummaryDrafts } from './store-summary.ts';
import { unsearchedDocuments } from './unsearched-documents.ts';

export interface AskedQuestion {
  /** Null where it is not stored. */
  id: string | null;
  text: string;
  tokens: number;
  /** Where it stands in the session, or would. */
  seq: number;
  saidAt: Date;
}

export interface BuiltPrompt {
  prompt: AssembledPrompt;
  /** What was condensed for it, to be stored with the manifest. */
  summaries: SummaryDrafts;
}

interface BuildDeps {
  app: App;
  em: Em;
  /** Takes what the models count, also when building fails later. */
  usages: Usage[];
  condense: Condensing;
  stopped: AbortSignal;
}

/** Loads, retrieves, condenses and assembles what answers `question` in `session`. @throws AppError BUDGET_EXCEEDED */
export async function buildPrompt(deps: BuildDeps, session: SessionRow, question: AskedQuestion): Promise<BuiltPrompt> {
  const { app, em, usages, condense, stopped } = deps;
  const { recentTurns: turns } = app.config.prompt;
  const recent = await recentTurns(em, session, question.seq, turns);
  const sessionIds = await recallableSessions(em, session);
  const linked = await linkedDocuments(em, session.userId, session.id);
  const started = performance.now();
  const recalled = await recall(
    app,
    em,
    {
      userId: session.userId,
      sessionIds,
      documentIds: searchableDocuments(linked).map(({ id }) => id),
      text: question.text,
      previousText: recent.lastWords,
      excludeMessageIds: new Set(question.id === null ? [] : [question.id]),
      inSight: new Set(recent.passages.map((passage) => passage.messageId)),
    },
    stopped,
  );
  usages.push(...recalled.usages);
  app.log.info(
    {
      sessionId: session.id,
      skipped: session.longTermMemory ? undefined : 'memory is off',
      hits: recalled.hits.length,
      documentHits: recalled.documents.length,
      embeddingMs: recalled.embeddingMs,
      ms: Math.round(performance.now() - started),
    },
    'retrieval',
  );

  const model = modelOf(app, session);
  const input: PromptInput = {
    ...fixedParts(app, model, session, question),
    question: { messageId: question.id, text: question.text, tokens: question.tokens, saidAt: question.saidAt },
    recent: recent.passages,
    hits: recalled.hits,
    summary: null,
    documents: recalled.documents,
    documentsSummary: null,
    memoryEnabled: session.longTermMemory,
    notes: [...unsearchedDocuments(linked), ...recalled.notes],
    contextWindowTokens: model.contextWindowTokens,
    replyTokens: app.config.prompt.replyTokens,
    askedAt: question.saidAt,
    isFirstReply: !recent.passages.some((passage) => passage.role === 'ASSISTANT'),
  };
  const { memory, documents, notes } = await condense(input, session, stopped, usages);
  const prompt = assemblePrompt({
    ...input,
    summary: memory?.condensed ?? null,
    documentsSummary: documents?.condensed ?? null,
    notes: [...input.notes, ...notes],
  });
  app.log.info(
    {
      sessionId: session.id,
      usedTokens: prompt.usedTokens,
      budgetTokens: prompt.budgetTokens,
      sections: Object.fromEntries(prompt.sections.map(({ kind, tokens }) => [kind, tokens])),
    },
    'prompt',
  );
  const summaries = {
    memory: prompt.summary === null ? null : memory,
    documents: prompt.documentsSummary === null ? null : documents,
  };
  return { prompt, summaries };
}

/** @throws AppError BUDGET_EXCEEDED where the question and the instructions cannot be sent, whatever else is left out */
export function refuseTooLong(app: App, session: Pick<SessionRow, 'model' | 'instructions'>, content: string): void {
  freeTokens(fixedParts(app, modelOf(app, session), session, { text: content, tokens: countTokens(content) }));
}

/** What a turn may come to use: all of its prompt's budget, and the reply. */
export function turnTokens(config: Config, model: ChatModel): number {
  return budgetOf(config, model) + config.prompt.replyTokens;
}

function budgetOf({ prompt: { promptTokens, replyTokens } }: Config, { contextWindowTokens }: ChatModel): number {
  return promptBudget({ contextWindowTokens, replyTokens, promptTokens });
}

function fixedParts(
  app: App,
  model: ChatModel,
  session: Pick<SessionRow, 'instructions'>,
  question: { text: string; tokens: number },
) {
  return {
    instructions: countedInstructions(session.instructions),
    question,
    budgetTokens: budgetOf(app.config, model),
  };
}

const counted = new LRUCache<string, { text: string; tokens: number }>({ max: 200 });

/** What somebody erased is not to be kept here. */
export const forgetInstructions = (): void => counted.clear();

/** The instructions change seldom, and are counted for each turn. */
function countedInstructions(sessionInstructions: string | null): { text: string; tokens: number } {
  const text = instructionsText({ sessionInstructions });
  const known = counted.get(text) ?? { text, tokens: countTokens(text) };
  counted.set(text, known);
  return known;
}
