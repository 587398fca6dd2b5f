import type { App } from '../../app.ts';
import type { QuestionEmbedding } from '../../memory/search/nearest.ts';
import { embeddedQuestion } from '../../memory/search/question-matter.ts';
import { usedBefore } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { Usage } from '../../users/usage.ts';
import { orAborted } from './or-aborted.ts';

/** A question that took longer is searched by its words alone. */
const DEADLINE_MS = 1_500;

export interface EmbeddedQuestion {
  /** Null where it failed or was late. */
  embedding: QuestionEmbedding | null;
  usages: Usage[];
  notes: string[];
  /** Null where it failed. */
  ms: number | null;
}

/**
 * The embedding that a question is searched by, whatever is searched. Never rejects.
 *
 * @param question `previousText` is what the viewer wrote before it, null where there is nothing
 */
export async function embedQuestion(
  app: App,
  { text, previousText }: { text: string; previousText: string | null },
  stopped: AbortSignal,
): Promise<EmbeddedQuestion> {
  const asked = embeddedQuestion(text, previousText);
  const { model } = app.embedder;
  const usageOf = (inputTokens: number): Usage => ({ purpose: 'EMBEDDING', model, inputTokens, outputTokens: 0 });
  const started = performance.now();
  const deadline = AbortSignal.any([stopped, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    const { vectors, inputTokens } = await orAborted(app.embedder.embed([asked], deadline), deadline);
    const [vector] = vectors;
    const ms = Math.round(performance.now() - started);
    return { embedding: vector ? { vector, model } : null, usages: [usageOf(inputTokens)], notes: [], ms };
  } catch (error) {
    // Late is paid for too, as far as we can tell.
    const inputTokens = deadline.aborted ? countTokens(asked) : usedBefore(error).inputTokens;
    const usages = inputTokens > 0 ? [usageOf(inputTokens)] : [];
    if (stopped.aborted) return { embedding: null, usages, notes: [], ms: null };
    app.log.warn({ err: error }, 'the question could not be embedded');
    const notes = ['The question could not be embedded in time: it was searched for by its words alone.'];
    return { embedding: null, usages, notes, ms: null };
  }
}
