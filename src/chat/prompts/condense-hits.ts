import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import type { Em } from '../../db/orm.ts';
import { condense } from '../../memory/condense.ts';
import { ModelError, usedBefore } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { type Demand, demandsOf, wantsCondensing } from '../../prompt/fit.ts';
import type { Condensed } from '../../prompt/hit-kind.ts';
import type { PromptInput } from '../../prompt/prompt-input.ts';
import type { HitSection } from '../../prompt/section-header.ts';
import type { Usage } from '../../users/usage.ts';
import type { SessionRow } from '../own.ts';
import { modelOf } from './model-of.ts';
import { orAborted } from './or-aborted.ts';
import { type SummaryDraft, type SummaryDrafts, storedSummary } from './store-summary.ts';

const DEADLINE_MS = 4_000;

export type Condensing = (
  input: PromptInput,
  session: SessionRow,
  stopped: AbortSignal,
  usages: Usage[],
) => Promise<SummaryDrafts & { notes: string[] }>;

const whatWasFound: Record<HitSection, string> = {
  DOCUMENTS: 'What the documents hold',
  MEMORY: 'What memory found',
};

/** Condenses what far exceeds its share, sections side by side; what fails or is late leaves the excerpts, with a note. */
export const condenseHits =
  (app: App, em: Em): Condensing =>
  async (input, session, stopped, usages) => {
    const { documents, memory } = demandsOf(input);
    const areWanted = isWanted(app, documents) || isWanted(app, memory);
    if (!areWanted) return { documents: null, memory: null, notes: [] };
    if (app.chat.kind === 'OFFLINE') {
      const notes = ['The built-in responder condenses nothing: excerpts were sent.'];
      return { documents: null, memory: null, notes };
    }
    const deadline = AbortSignal.any([stopped, AbortSignal.timeout(DEADLINE_MS)]);
    const turn = { app, em, input, session, stopped, deadline, usages };
    const [ofDocuments, ofMemory] = await Promise.all([condensed(turn, documents), condensed(turn, memory)]);
    const notes = [...ofDocuments.notes, ...ofMemory.notes];
    return { documents: ofDocuments.draft, memory: ofMemory.draft, notes };
  };

interface CondensedTurn {
  app: App;
  em: Em;
  input: PromptInput;
  session: SessionRow;
  stopped: AbortSignal;
  deadline: AbortSignal;
  usages: Usage[];
}

async function condensed<H extends { text: string; score: number }>(
  { app, em, input, session, stopped, deadline, usages }: CondensedTurn,
  demand: Demand<H>,
): Promise<{ draft: SummaryDraft<H> | null; notes: string[] }> {
  if (!isWanted(app, demand)) return { draft: null, notes: [] };
  const { section } = demand.kind;
  const { question } = input;
  const model = modelOf(app, session);
  const key = keyOf(question.text, demand, model.id);
  const known = await storedSummary(em, session, key);
  if (known) return { draft: { condensed: condensedOf(known.text, demand), id: known.id, key }, notes: [] };

  const started = performance.now();
  const asked = { question: question.text, passages: passagesOf(demand), maxTokens: demand.summaryTokens };
  try {
    const { text, inputTokens, outputTokens } = await orAborted(condense(model, asked, deadline), deadline);
    const used = { inputTokens, outputTokens };
    if (text === '') throw new ModelError('MODEL_UNAVAILABLE', 'The model condensed nothing.', true, { used });
    usages.push({ purpose: 'SUMMARY', model: model.id, ...used });
    const ms = Math.round(performance.now() - started);
    app.log.info({ sessionId: session.id, section, hits: demand.hits.length, ms }, 'condensed');
    return { draft: { condensed: condensedOf(text, demand), id: null, key }, notes: [] };
  } catch (error) {
    // Late is paid for too, as far as we can tell, and so is what cannot be used.
    const late = { inputTokens: demand.wantedTokens + question.tokens, outputTokens: 0 };
    const used = deadline.aborted ? late : usedBefore(error);
    if (used.inputTokens > 0) usages.push({ purpose: 'SUMMARY', model: model.id, ...used });
    if (!stopped.aborted) app.log.warn({ sessionId: session.id, section, err: error }, 'could not be condensed');
    return { draft: null, notes: [`${whatWasFound[section]} could not be condensed in time: excerpts were sent.`] };
  }
}

/** For a preview: says where it would condense, and calls no model. */
export const noteCondensing =
  (app: App): Condensing =>
  async (input) => {
    const { documents, memory } = demandsOf(input);
    const wanted = [documents, memory].filter((demand) => app.chat.kind !== 'OFFLINE' && isWanted(app, demand));
    const notes = wanted.map(({ kind }) => `${whatWasFound[kind.section]} would be condensed by the model.`);
    return { documents: null, memory: null, notes };
  };

const isWanted = (app: App, { wantedTokens, shareTokens }: Pick<Demand<object>, 'wantedTokens' | 'shareTokens'>) =>
  wantsCondensing(app.config.prompt.summarize, wantedTokens, shareTokens);

const passagesOf = <H extends { text: string; score: number }>({ kind, hits }: Demand<H>) =>
  hits.map(({ hit, marker }) => ({
    marker,
    label: kind.labelOf(marker, hit),
    text: hit.text,
    score: hit.score,
  }));

const condensedOf = <H extends object>(text: string, { hits }: Demand<H>): Condensed<H> => ({
  text,
  tokens: countTokens(text),
  sources: hits,
});

function keyOf<H extends object>(question: string, { kind, hits }: Demand<H>, model: string): string {
  const passages = hits.map(({ hit, marker }) => `${marker} ${kind.keyOf(hit)}`);
  return createHash('sha256')
    .update([model, question, kind.section, ...passages].join('\n'))
    .digest('hex');
}
