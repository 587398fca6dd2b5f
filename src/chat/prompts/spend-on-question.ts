import type { Context } from '../../context.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { spend } from '../../users/spend.ts';
import type { Usage } from '../../users/usage.ts';

/** Does what embeds a question outside of a turn. @throws LIMIT_EXCEEDED where less is left of the day than it takes */
export function spendOnQuestion<T>(
  { app, em, viewer }: Pick<Context, 'app' | 'em' | 'viewer'>,
  { sessionId, text }: { sessionId: string | null; text: string },
  work: (usages: Usage[]) => Promise<T>,
): Promise<T> {
  const { model, maxTokens } = app.embedder;
  const inputTokens = Math.min(countTokens(text), maxTokens);
  const expected = { purpose: 'EMBEDDING' as const, model, inputTokens, outputTokens: 0 };
  return spend(em, app.config.limits, { userId: viewer.id, sessionId, expected }, work);
}
