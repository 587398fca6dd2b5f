import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import { db, type Em } from '../../db/orm.ts';
import { condense } from '../../memory/condense.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { type MemoryDemand, memoryDemand, wantsCondensing } from '../../prompt/fit.ts';
import type { Condensed, PromptInput } from '../../prompt/prompt-input.ts';
import type { Usage } from '../../users/usage.ts';
import type { SessionRow } from '../own.ts';
import { modelOf } from './model-of.ts';
import { orAborted } from './or-aborted.ts';

const DEADLINE_MS = 4_000;

export interface SummaryDraft {
  condensed: Condensed;
  /** Null where it was condensed just now and is not stored yet. */
  id: string | null;
  key: string;
}

export type Condensing = (
  input: PromptInput,
  session: SessionRow,
  stopped: AbortSignal,
  usages: Usage[],
) => Promise<{ summary: SummaryDraft | null; notes: string[] }>;

/** Condenses what far exceeds its share; what fails or is late leaves the excerpts, with a note. */
export const condenseMemory =
  (app: App, em: Em): Condensing =>
  async (input, session, stopped, usages) => {
    const demand = memoryDemand(input);
    if (!isWanted(app, demand)) return { summary: null, notes: [] };
    if (app.chat.kind === 'OFFLINE') {
      return { summary: null, notes: ['The built-in responder condenses nothing: excerpts were sent.'] };
    }
    const model = modelOf(app, session);
    const key = keyOf(input, demand, model.id);
    const known = await storedSummary(em, session, key);
    if (known) return { summary: { condensed: condensedOf(known.text, demand), id: known.id, key }, notes: [] };

    const started = performance.now();
    const deadline = AbortSignal.any([stopped, AbortSignal.timeout(DEADLINE_MS)]);
    const passages = demand.hits.map(({ hit, marker }) => ({ ...hit, marker }));
    const asked = { question: input.question.text, passages, maxTokens: demand.summaryTokens };
    try {
      const { text, inputTokens, outputTokens } = await orAborted(condense(model, asked, deadline), deadline);
      usages.push({ purpose: 'SUMMARY', model: model.id, inputTokens, outputTokens });
      app.log.info(
        { sessionId: session.id, hits: demand.hits.length, ms: Math.round(performance.now() - started) },
        'condensed',
      );
      return { summary: { condensed: condensedOf(text, demand), id: null, key }, notes: [] };
    } catch (error) {
      // Late is paid for too, as far as we can tell.
      if (deadline.aborted) {
        const inputTokens = demand.wantedTokens + input.question.tokens;
        usages.push({ purpose: 'SUMMARY', model: model.id, inputTokens, outputTokens: 0 });
      }
      if (!stopped.aborted) app.log.warn({ sessionId: session.id, err: error }, 'memory could not be condensed');
      return { summary: null, notes: ['What memory found could not be condensed in time: excerpts were sent.'] };
    }
  };

/** For a preview: says where it would condense, and calls no model. */
export const noteCondensing =
  (app: App): Condensing =>
  async (input) =>
    isWanted(app, memoryDemand(input)) && app.chat.kind !== 'OFFLINE'
      ? { summary: null, notes: ['What memory found would be condensed by the model.'] }
      : { summary: null, notes: [] };

const isWanted = (app: App, { wantedTokens, shareTokens }: MemoryDemand): boolean =>
  wantsCondensing(app.config.prompt.summarize, wantedTokens, shareTokens);

const condensedOf = (text: string, { hits }: MemoryDemand): Condensed => ({
  text,
  tokens: countTokens(text),
  sources: hits,
});

function keyOf(input: PromptInput, { hits }: MemoryDemand, model: string): string {
  const passages = hits.map(({ hit, marker }) => `${marker} ${hit.messageId} ${hit.position}`);
  return createHash('sha256')
    .update([model, input.question.text, ...passages].join('\n'))
    .digest('hex');
}

async function storedSummary(em: Em, session: SessionRow, key: string): Promise<{ id: string; text: string } | null> {
  const found = await db(em)
    .selectFrom('summary')
    .select(['id', 'text'])
    .where('session', '=', session.id)
    .where('userId', '=', session.userId)
    .where('key', '=', key)
    .executeTakeFirst();
  return found ?? null;
}

/** In the transaction that stores the manifest. @returns null where a source has gone meanwhile: so then does the summary */
export async function storeSummary(
  em: Em,
  session: SessionRow,
  { condensed, id, key }: SummaryDraft,
): Promise<string | null> {
  if (id !== null) {
    const still = await storedSummary(em, session, key);
    return still?.id ?? null;
  }
  const sources = [...new Set(condensed.sources.map(({ hit }) => hit.messageId))];
  const { there } = await db(em)
    .selectFrom('chat_message')
    .select((eb) => eb.fn.countAll<number>().as('there'))
    .where('id', 'in', sources)
    .where('userId', '=', session.userId)
    .where('forgottenAt', 'is', null)
    .where('supersededBy', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(there) < sources.length) return null;
  const summary = await db(em)
    .insertInto('summary')
    .values({ userId: session.userId, session: session.id, key, text: condensed.text })
    .onConflict((conflict) => conflict.columns(['session', 'key']).doUpdateSet({ text: condensed.text }))
    .returning('id')
    .executeTakeFirstOrThrow();
  await db(em)
    .insertInto('summary_source')
    .values(sources.map((message) => ({ summary: summary.id, message })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return summary.id;
}
