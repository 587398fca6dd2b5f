import { termsOf } from '../terms.ts';
import { type DayRange, datesNamed, nearnessTo, yearOf } from './dates.ts';
import type { ScopeChunk } from './scope-chunks.ts';

// Chosen on one half of the conversations of two public benchmarks and confirmed on the other.
const COSINE = 0.3;
const SPEAKER = 0.07;
const STATEMENT = 0.04;
const LONG = 0.03;
const DATE = 0.12;
const WHEN = 0.03;
const PREFERENCE = 0.03;
const ASSISTANT = 0.4;
const ASSISTANT_ASKED = 0.05;

/** From so near on, a date alone is a reason to find a chunk. */
const NEAR = 0.5;

const ASKS_WHEN =
  /^\s*((since )?when|how (long|often|recently)|(in |on |at )?(what|which) (date|day|week|month|year|time)|how many (days|weeks|months|years))\b/i;

// The past tense only: "could you suggest something?" asks for what has not been said yet.
const ASKS_ASSISTANT = new RegExp(
  [
    /\bdid you (\w+ )?(recommend|suggest|advise|tell|say|mention|propose|explain|give|write|ask|call|offer)\b/,
    /\byou(['’]d| had| have|['’]ve)? (\w+ly )?(recommended|suggested|advised|told|said|mentioned|proposed|explained|gave|given|offered)\b/,
    /\byour (\w+ )?(advice|suggestion|recommendation|answer|explanation|proposal|tip|reply)s?\b/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'i',
);

/** What a question asks for besides its words. */
export interface Question {
  dates: readonly DayRange[];
  asksWhen: boolean;
  /** Whether it asks what the assistant has said. */
  asksAssistant: boolean;
  /** Those who spoke in the chunks searched and are named. */
  speakers: ReadonlySet<string>;
}

export interface ScoredChunk {
  chunk: ScopeChunk;
  score: number;
  /** The score, had the user said it. */
  merit: number;
  /** Whether anything speaks for the chunk: a word, its likeness, a date. */
  isFound: boolean;
}

export function readQuestion(question: string, chunks: readonly ScopeChunk[]): Question {
  const words = new Set(termsOf(question));
  const speakers = new Set(chunks.map((chunk) => chunk.speaker));
  const named = [...speakers].filter((name) => name !== null && termsOf(name).some((word) => words.has(word)));
  return {
    dates: datesNamed(question, yearsOf(chunks)),
    asksWhen: ASKS_WHEN.test(question),
    asksAssistant: ASKS_ASSISTANT.test(question),
    speakers: new Set(named.filter((name) => name !== null)),
  };
}

/**
 * @param lexical from 0 to 1
 * @param cosine left out where it is not known
 * @param usualCosine stands for a cosine that is not known, so that what is not embedded yet is not behind for it
 */
export function scoreChunk(
  question: Question,
  chunk: ScopeChunk,
  { lexical, cosine, usualCosine = 0 }: { lexical: number; cosine?: number | undefined; usualCosine?: number },
): ScoredChunk {
  const nearness = chunk.day === null ? 0 : nearnessTo(question.dates, chunk.day);
  const merit = lexical + COSINE * (cosine ?? usualCosine) + DATE * nearness + prior(question, chunk);
  const penalty = question.asksAssistant ? ASSISTANT_ASKED : ASSISTANT;
  return {
    chunk,
    merit,
    score: chunk.isAssistant ? merit - penalty : merit,
    isFound: lexical > 0 || (cosine ?? 0) > 0 || nearness >= NEAR,
  };
}

/** What speaks for a chunk whatever its words; never against it, so that what is found at all has a score. */
function prior(question: Question, chunk: ScopeChunk): number {
  let sum = LONG * (1 - Math.exp(-chunk.words / 8));
  sum += STATEMENT * (chunk.isAssistant ? 1 : 1 - chunk.questionShare);
  if (chunk.speaker !== null && question.speakers.has(chunk.speaker)) sum += SPEAKER;
  if (question.asksWhen && chunk.isTemporal) sum += WHEN;
  if (chunk.isPreference) sum += PREFERENCE;
  return sum;
}

function yearsOf(chunks: readonly ScopeChunk[]): number[] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { day } of chunks) {
    if (day === null) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  if (first > last) return [];
  const year = yearOf(first);
  return Array.from({ length: yearOf(last) - year + 1 }, (_, i) => year + i);
}
