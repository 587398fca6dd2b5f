import { LRUCache } from 'lru-cache';
import type { App } from '../../app.ts';
import type { Em } from '../../db/orm.ts';
import type { ChatModel } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { assemblePrompt } from '../../prompt/assemble-prompt.ts';
import { freeTokens, promptBudget } from '../../prompt/budget.ts';
import { instructionsText } from '../../prompt/coach-prompt.ts';
import type { AssembledPrompt } from '../../prompt/prompt.ts';
import type { PromptInput } from '../../prompt/prompt-input.ts';
import type { Usage } from '../../users/usage.ts';
import type { SessionRow } from '../own.ts';
import type { Condensing, SummaryDraft } from './condense-memory.ts';
import { modelOf } from './model-of.ts';
import { recall, recallableSessions } from './recall.ts';
import { recentTurns } from './recent-turns.ts';

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
  /** What was condensed for it, to be stored with the manifest; null where the excerpts stand. */
  summary: SummaryDraft | null;
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
  const started = performance.now();
  const recalled = await recall(
    app,
    em,
    {
      userId: session.userId,
      sessionIds,
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
    memoryEnabled: session.longTermMemory,
    notes: recalled.notes,
    contextWindowTokens: model.contextWindowTokens,
    replyTokens: app.config.prompt.replyTokens,
    askedAt: question.saidAt,
    isFirstReply: !recent.passages.some((passage) => passage.role === 'ASSISTANT'),
  };
  const { summary, notes } = await condense(input, session, stopped, usages);
  const prompt = assemblePrompt({ ...input, summary: summary?.condensed ?? null, notes: [...input.notes, ...notes] });
  app.log.info(
    {
      sessionId: session.id,
      usedTokens: prompt.usedTokens,
      budgetTokens: prompt.budgetTokens,
      sections: Object.fromEntries(prompt.sections.map(({ kind, tokens }) => [kind, tokens])),
    },
    'prompt',
  );
  return { prompt, summary: prompt.summary === null ? null : summary };
}

/** @throws AppError BUDGET_EXCEEDED where the question and the instructions cannot be sent, whatever else is left out */
export function refuseTooLong(app: App, session: Pick<SessionRow, 'model' | 'instructions'>, content: string): void {
  freeTokens(fixedParts(app, modelOf(app, session), session, { text: content, tokens: countTokens(content) }));
}

function fixedParts(
  app: App,
  model: ChatModel,
  session: Pick<SessionRow, 'instructions'>,
  question: { text: string; tokens: number },
) {
  const { promptTokens, replyTokens } = app.config.prompt;
  return {
    instructions: countedInstructions(session.instructions),
    question,
    budgetTokens: promptBudget({ contextWindowTokens: model.contextWindowTokens, replyTokens, promptTokens }),
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
