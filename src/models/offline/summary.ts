import type { Quotation, TurnMessage, TurnParts } from '../chat-model.ts';
import { dangerIn } from './danger.ts';
import { cut, type Quote } from './quotation.ts';
import { kindOfSentence, type SentenceKind } from './sentence-kinds.ts';
import { plain, sentencesOf, wordCount } from './sentences.ts';

const MAX_QUOTES = 3;

// What carries a conversation comes before what merely stands in it.
const weights: Partial<Record<SentenceKind, number>> = {
  GOAL: 3,
  COMMITMENT: 3,
  PLAN_CHANGE: 3,
  REPORT: 2,
  SETBACK: 2,
  AMBIVALENT: 2,
  RELUCTANT: 2,
  FEELING: 2,
  OTHER: 1,
};

/** Up to three of the user's own sentences, oldest first: of this session the weightiest and newest, then of memory. */
export function summaryQuotes(parts: TurnParts): Quote[] {
  const recent = parts.recent.toReversed().flatMap((message) => quoteOf({ ...message, marker: null }));
  const memory = parts.memory.flatMap(quoteOf);
  const ranked = [...heaviestFirst(recent), ...heaviestFirst(memory)].map(({ quote }) => quote);
  const distinct = ranked.filter(({ text }, index) => ranked.findIndex((other) => other.text === text) === index);
  return distinct.slice(0, MAX_QUOTES).toSorted((a, b) => a.source.saidAt.getTime() - b.source.saidAt.getTime());
}

interface Weighed {
  quote: Quote;
  weight: number;
}

function quoteOf(source: (TurnMessage & { marker: null }) | Quotation): Weighed[] {
  // Nobody is shown their worst sentence as a summary.
  if (source.role !== 'USER' || dangerIn(source.text) !== null) return [];
  const weighed = sentencesOf(source.text).flatMap((sentence) => {
    const weight = wordCount(sentence) < 3 || sentence.endsWith('?') ? 0 : weightOf(sentence);
    const text = weight === 0 ? null : cut(sentence, new Set());
    return text === null || !source.text.includes(text) ? [] : [{ quote: { source, text }, weight }];
  });
  return heaviestFirst(weighed).slice(0, 1);
}

const weightOf = (sentence: string) => weights[kindOfSentence(plain(sentence))] ?? 0;

const heaviestFirst = (all: readonly Weighed[]) => all.toSorted((a, b) => b.weight - a.weight);
