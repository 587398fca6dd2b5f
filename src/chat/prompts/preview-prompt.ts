import type { Context } from '../../context.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { activeSession } from '../own.ts';
import type { PreviewPromptInput } from '../prompt.type.ts';
import { buildPrompt } from './build-prompt.ts';
import { noteCondensing } from './condense-hits.ts';
import type { StoredManifest } from './load-manifest.ts';
import { spendOnQuestion } from './spend-on-question.ts';

/** What sendMessage would put before the model now. Stores nothing but what embedding the question used. */
export async function previewPrompt(ctx: Context, { sessionId, content }: PreviewPromptInput): Promise<StoredManifest> {
  const { app, em } = ctx;
  const session = await activeSession(ctx, sessionId);
  return spendOnQuestion(ctx, { sessionId: session.id, text: content }, async (usages) => {
    const { prompt } = await buildPrompt(
      { app, em, usages, condense: noteCondensing(app), stopped: app.draining },
      session,
      { id: null, text: content, tokens: countTokens(content), seq: session.messageCount + 1, saidAt: new Date() },
    );
    return prompt;
  });
}
