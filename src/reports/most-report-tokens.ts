import type { App } from '../app.ts';
import type { Em } from '../db/orm.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { promptBudget } from '../prompt/budget.ts';
import { sizeOf } from './evidence/passages.ts';
import type { ReportScope } from './evidence/period.ts';
import { MAX_PASSES, passTokens } from './reduce.ts';

/** Of a line of a prompt beside its text: the number, the speaker, the date and the marks. */
const LABEL_TOKENS = 24;

/** The most tokens that a report may come to use, before it begins: each pass its prompt and what it writes. */
export async function mostReportTokens(
  { config, chat }: Pick<App, 'config' | 'chat'>,
  em: Em,
  { contextWindowTokens }: Pick<ChatModel, 'contextWindowTokens'>,
  scope: ReportScope,
): Promise<number> {
  const { promptTokens, replyTokens } = config.prompt;
  const budgetTokens = promptBudget({ contextWindowTokens, replyTokens, promptTokens });
  const { tokens, chunks } = await sizeOf(em, scope);
  const read = tokens + chunks * LABEL_TOKENS;
  const isOnePrompt = chat.kind === 'OFFLINE' || read <= passTokens(budgetTokens) / 2;
  const passes = isOnePrompt ? 0 : Math.min(MAX_PASSES, 2 * Math.ceil(read / Math.max(1, passTokens(budgetTokens))));
  return (passes + 1) * (budgetTokens + replyTokens);
}
