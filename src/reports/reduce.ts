import type { App } from '../app.ts';
import { condense } from '../memory/condense.ts';
import { type ChatModel, ModelError, usedBefore } from '../models/chat-model.ts';
import { countTokens } from '../models/count-tokens.ts';
import type { Condensed, Numbered } from '../prompt/hit-kind.ts';
import { memoryHits } from '../prompt/memory-hits.ts';
import type { Hit } from '../prompt/prompt.ts';
import type { Usage } from '../users/usage.ts';
import { isHeld } from './checks/check-sentence.ts';
import type { WeighedPassage } from './evidence/choose-evidence.ts';

/** The most calls that read the period before the report is written. */
export const MAX_PASSES = 8;
/** Kept free in each, beside the passages: its instruction, and passages that are written longer as JSON. */
const OVERHEAD_TOKENS = 700;
const AT_ONCE = 2;

const MATTER =
  'What did the user set out to do, what did they do, what got in the way, what helped, and what changed over time?';

/** What one pass may read. */
export const passTokens = (budgetTokens: number): number =>
  Math.max(0, Math.floor((budgetTokens - OVERHEAD_TOKENS) * 0.8));

export interface Reducing {
  app: App;
  model: ChatModel;
  focus: string | null;
  budgetTokens: number;
  /** What the notes may take together. */
  maxTokens: number;
  usages: Usage[];
  stopped: AbortSignal;
  /** Those of the messages that may still be read: some may have been deleted since. */
  stillCovered(messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes of an earlier try, by what they are of; takes those of this one. */
  known: Map<string, string>;
}

export interface Reduced {
  condensed: Condensed<Hit>;
  /** How many passages were in passes that failed. */
  unread: number;
  notes: string[];
}

/**
 * Reads passages that are more than a prompt holds, in passes by date: each gives a note for what matters, behind the
 * passage's own number. A pass that fails costs its passages.
 *
 * @throws the last pass's error where none noted anything
 */
export async function reduce(reducing: Reducing, messages: readonly Numbered<WeighedPassage>[]): Promise<Reduced> {
  const { budgetTokens, known, maxTokens, stopped } = reducing;
  const unread = messages.filter(({ hit }) => !known.has(memoryHits.keyOf(hit)));
  const batches = inBatches(unread, passTokens(budgetTokens)).slice(0, MAX_PASSES);
  const share = Math.floor(maxTokens / Math.max(1, batches.length + (unread.length < messages.length ? 1 : 0)));
  const errors: unknown[] = [];
  let [missed, empty, leftOut] = [0, 0, 0];
  for (let at = 0; at < batches.length; at += AT_ONCE) {
    stopped.throwIfAborted();
    const together = batches.slice(at, at + AT_ONCE);
    const results = await Promise.allSettled(together.map((batch) => read(reducing, batch, share)));
    for (const [of, result] of results.entries()) {
      if (result.status === 'rejected') {
        errors.push(result.reason);
        missed += together[of]?.length ?? 0;
        continue;
      }
      if (result.value === 'NOTHING') empty += 1;
      else leftOut += result.value.leftOut;
    }
  }
  stopped.throwIfAborted();
  if (batches.length > 0 && errors.length + empty === batches.length) throw errors.at(-1) ?? nothingNoted();
  return {
    condensed: condensedOf(messages, known, maxTokens),
    unread: missed,
    notes: [
      `The period was read in ${batches.length} ${batches.length === 1 ? 'pass' : 'passes'}, and the report written from notes.`,
      ...(errors.length > 0
        ? [`${errors.length} of ${batches.length} passes failed: what they would have read is missing.`]
        : []),
      ...(empty > 0 ? [`${empty} of ${batches.length} passes noted nothing.`] : []),
      ...(leftOut > 0
        ? [`${leftOut} ${leftOut === 1 ? 'note was' : 'notes were'} left out: the passage does not say so.`]
        : []),
    ],
  };
}

const nothingNoted = () => new ModelError('MODEL_UNAVAILABLE', 'The model noted nothing of the period.', true);

/** @returns how many notes did not hold; or that there were none */
async function read(
  reducing: Reducing,
  batch: readonly Numbered<WeighedPassage>[],
  maxTokens: number,
): Promise<{ leftOut: number } | 'NOTHING'> {
  const { app, model, focus, usages, stopped, known } = reducing;
  const still = await reducing.stillCovered(batch.map(({ hit }) => hit.messageId));
  const passages = batch.filter(({ hit }) => still.has(hit.messageId));
  if (passages.length === 0) return { leftOut: 0 };
  const asked = {
    question: focus ?? MATTER,
    passages: passages.map(({ hit, marker }) => ({
      marker,
      label: memoryHits.labelOf(marker, hit),
      text: hit.text,
      score: hit.weight,
    })),
    maxTokens,
    purpose: 'REPORT' as const,
  };
  try {
    const { text, inputTokens, outputTokens } = await condense(model, asked, stopped);
    usages.push({ purpose: 'REPORT', model: model.id, inputTokens, outputTokens });
    if (text === '') return 'NOTHING';
    const lines = text.split('\n');
    const held = passages.filter(({ hit, marker }) => {
      const label = memoryHits.labelOf(marker, hit);
      const note = lines.find((line) => line.startsWith(label))?.slice(label.length);
      if (note === undefined || !isHeld(note, { ...hit, filename: null })) return false;
      known.set(memoryHits.keyOf(hit), note);
      return true;
    });
    return { leftOut: lines.length - held.length };
  } catch (error) {
    // What was sent is paid for, as far as we can tell, and so is what cannot be used.
    const sent = { inputTokens: passages.reduce((sum, { tokens }) => sum + tokens, 0), outputTokens: 0 };
    const used = stopped.aborted ? sent : usedBefore(error);
    if (used.inputTokens > 0) usages.push({ purpose: 'REPORT', model: model.id, ...used });
    if (!stopped.aborted) app.log.warn({ err: error }, 'a pass of a report failed');
    throw error;
  }
}

/** The notes there are, oldest first; the least weighty go where they are too long together. */
function condensedOf(
  messages: readonly Numbered<WeighedPassage>[],
  known: ReadonlyMap<string, string>,
  maxTokens: number,
): Condensed<Hit> {
  const lines = messages.flatMap((source) => {
    const note = known.get(memoryHits.keyOf(source.hit));
    return note === undefined ? [] : [{ source, line: `${memoryHits.labelOf(source.marker, source.hit)}${note}` }];
  });
  const byWeight = lines.toSorted((a, b) => b.source.hit.weight - a.source.hit.weight);
  const kept = new Set<(typeof lines)[number]>();
  let left = maxTokens;
  for (const each of byWeight) {
    const tokens = countTokens(`${each.line}\n`) + 1;
    if (tokens > left) continue;
    left -= tokens;
    kept.add(each);
  }
  const sent = lines.filter((each) => kept.has(each));
  const text = sent.map(({ line }) => line).join('\n');
  return { text, tokens: countTokens(text), sources: sent.map(({ source }) => source) };
}

function inBatches(messages: readonly Numbered<WeighedPassage>[], maxTokens: number): Numbered<WeighedPassage>[][] {
  const batches: Numbered<WeighedPassage>[][] = [];
  let left = 0;
  for (const message of messages) {
    if (message.tokens > left) {
      batches.push([]);
      left = maxTokens;
    }
    batches.at(-1)?.push(message);
    left -= message.tokens;
  }
  return batches;
}
