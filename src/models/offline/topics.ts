import { stemmer } from 'stemmer';
import type { ReportPassage } from '../report-parts.ts';
import { contentStems } from './content-stems.ts';
import { speaksOfHarm } from './harm.ts';
import { presentOf } from './past-tense.ts';
import { isOtherLanguage } from './readable.ts';

/** More dates than these read like a table. */
const MOST_MENTIONS = 4;
const FEWEST_DAYS = 2;

export interface Topic {
  /** As it is written in each of the passages that are named. */
  word: string;
  /** Of different days, oldest first. */
  mentions: { marker: number; saidAt: Date }[];
  /** On how many days it was written about; more than the mentions that are named. */
  days: number;
}

interface Mention {
  marker: number;
  saidAt: Date;
  day: number;
  words: ReadonlySet<string>;
}

/** What the viewer came back to, on most days first. */
export function topicsOf(passages: readonly ReportPassage[]): Topic[] {
  const said = passages.flatMap(({ marker, saidAt, text }): Mention[] =>
    saidAt === null || speaksOfHarm(text) || isOtherLanguage(text)
      ? []
      : [{ marker, saidAt, day: Math.floor(saidAt.getTime() / 86_400_000), words: new Set(topicWords(text)) }],
  );
  const topics = [...new Set(said.flatMap(({ words }) => [...words]))].map((word) => {
    const onDays = new Map<number, Mention>();
    for (const mention of said) {
      if (mention.words.has(word) && !onDays.has(mention.day)) onDays.set(mention.day, mention);
    }
    const mentions = [...onDays.values()].sort((a, b) => a.day - b.day || a.marker - b.marker);
    return { word, days: mentions.length, mentions: thinned(mentions) };
  });
  return withoutKin(
    topics
      .filter(({ days }) => days >= FEWEST_DAYS)
      .sort((a, b) => b.days - a.days || b.word.length - a.word.length || (a.word < b.word ? -1 : 1)),
  );
}

/** A word that both texts hold, the longest. */
export function sharedWord(a: string, b: string): string | null {
  const words = new Set(topicWords(b));
  const shared = topicWords(a).filter((word) => words.has(word));
  return shared.toSorted((x, y) => y.length - x.length)[0] ?? null;
}

/** Lower-case words as written, those that say what a text is about. */
function topicWords(text: string): string[] {
  const stems = contentStems(text);
  const words = text.match(/(?<![\p{L}\p{N}'’-])\p{Ll}{3,40}(?![\p{L}\p{N}'’-])/gu) ?? [];
  return words.filter((word) => stems.has(stemmer(presentOf(word) ?? word)));
}

/** “run” and “running” are one topic. */
function withoutKin<T extends Topic>(topics: readonly T[]): T[] {
  const stemOf = ({ word }: Topic) => stemmer(presentOf(word) ?? word);
  return topics.filter((topic, at) => topics.findIndex((other) => stemOf(other) === stemOf(topic)) === at);
}

function thinned(mentions: readonly Mention[]): Mention[] {
  if (mentions.length <= MOST_MENTIONS) return [...mentions];
  const step = (mentions.length - 1) / (MOST_MENTIONS - 1);
  return Array.from({ length: MOST_MENTIONS }, (_, at) => mentions[Math.round(at * step)]).flatMap(
    (each) => each ?? [],
  );
}
