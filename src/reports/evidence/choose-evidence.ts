import { setImmediate } from 'node:timers/promises';
import { contentStems } from '../../models/offline/content-stems.ts';
import { speaksOfHarm } from '../../models/offline/harm.ts';
import { type Statement, statementsOf, weightOfKind } from '../../models/offline/statements.ts';
import { memoryHits } from '../../prompt/memory-hits.ts';
import type { Hit } from '../../prompt/prompt.ts';
import type { MessagePassage } from './passages.ts';

/** What a relevance of 1 adds to a passage's weight. */
const RELEVANCE = 4;
const HELP_WEIGHT = 2.5;
/** What a line takes is the same for every number up to this. */
const MAX_EVIDENCE = 999;
/** Between as many, others get their turn. */
const READ_AT_ONCE = 100;

/** A passage that can be quoted. */
export interface ReadPassage extends MessagePassage {
  statements: readonly Statement[];
  /** What it is about. */
  stems: ReadonlySet<string>;
  /** What its line takes in a prompt. */
  lineTokens: number;
}

export interface WeighedPassage extends ReadPassage, Hit {
  /** What speaks for it: its kind, and its relevance to the focus. */
  weight: number;
}

const keyOf = ({ messageId, position }: Pick<MessagePassage, 'messageId' | 'position'>) => `${messageId} ${position}`;

/** The messages that speak of harm: they are set aside whole. */
export async function messagesOfHarm(passages: readonly MessagePassage[]): Promise<Set<string>> {
  const ofHarm = new Set<string>();
  for (const [at, { text, messageId }] of passages.entries()) {
    if (at % READ_AT_ONCE === READ_AT_ONCE - 1) await setImmediate();
    if (speaksOfHarm(text)) ofHarm.add(messageId);
  }
  return ofHarm;
}

/** Those that can be quoted: not what speaks of danger, and not what only asks. */
export async function readPassages(passages: readonly MessagePassage[]): Promise<ReadPassage[]> {
  const read: ReadPassage[] = [];
  for (const [at, passage] of passages.entries()) {
    if (at % READ_AT_ONCE === READ_AT_ONCE - 1) await setImmediate();
    const statements = statementsOf({ ...passage, marker: 0, filename: null });
    if (statements.length === 0) continue;
    const lineTokens = memoryHits.lineTokens({ ...passage, score: 0 });
    read.push({ ...passage, statements, stems: contentStems(passage.text), lineTokens });
  }
  return read;
}

export function weigh(passages: readonly ReadPassage[], found: ReadonlyMap<string, number>): WeighedPassage[] {
  return passages.map((passage) => {
    const score = found.get(keyOf(passage)) ?? 0;
    const weights = passage.statements.map(({ kind, isHelp }) =>
      Math.max(weightOfKind[kind], isHelp ? HELP_WEIGHT : 0),
    );
    return { ...passage, score, weight: Math.max(...weights) + RELEVANCE * Math.min(1, Math.max(0, score)) };
  });
}

/** By what they are found under. */
export const scoresOf = (hits: readonly { messageId: string; position: number; score: number }[]) => {
  const scores = new Map<string, number>();
  for (const hit of hits) scores.set(keyOf(hit), Math.max(scores.get(keyOf(hit)) ?? 0, hit.score));
  return scores;
};

/**
 * As many as `maxTokens` hold: `wanted` first, then the weightiest of each day, then the second of each day, and so on, so
 * that a day of many words does not take the place of others. Oldest first.
 */
export function chooseEvidence(
  weighed: readonly WeighedPassage[],
  maxTokens: number,
  wanted: readonly WeighedPassage[] = [],
): WeighedPassage[] {
  const kept = new Set<WeighedPassage>();
  let left = maxTokens;
  for (const passage of [...wanted, ...byTurnsOfDays(weighed)]) {
    if (kept.has(passage) || passage.lineTokens > left) continue;
    if (kept.size === MAX_EVIDENCE) break;
    kept.add(passage);
    left -= passage.lineTokens;
  }
  return weighed.filter((passage) => kept.has(passage)).toSorted(inOrder);
}

function byTurnsOfDays(weighed: readonly WeighedPassage[]): WeighedPassage[] {
  const days = Map.groupBy(weighed, ({ saidAt }) => Math.floor(saidAt.getTime() / 86_400_000));
  const ranked = [...days.values()].flatMap((ofDay) =>
    ofDay.toSorted((a, b) => b.weight - a.weight || inOrder(a, b)).map((passage, rank) => ({ passage, rank })),
  );
  return ranked
    .toSorted((a, b) => a.rank - b.rank || b.passage.weight - a.passage.weight || inOrder(a.passage, b.passage))
    .map(({ passage }) => passage);
}

const inOrder = (a: MessagePassage, b: MessagePassage) =>
  a.saidAt.getTime() - b.saidAt.getTime() ||
  Number(a.sessionId > b.sessionId) - Number(a.sessionId < b.sessionId) ||
  a.seq - b.seq ||
  a.position - b.position;
