import type { Quotation, TurnParts } from '../chat-model.ts';
import { contentStems } from './content-stems.ts';
import { kindOfSentence } from './sentence-kinds.ts';
import { dateText, plain, sentencesOf } from './sentences.ts';

const MAX_WORDS = 25;
const MAX_CHARACTERS = 200;

/** A recalled passage and what of it is quoted: an exact substring of its text. */
export interface Quote {
  source: Omit<Quotation, 'marker'> & { marker: number | null };
  text: string;
}

/**
 * The user's own words from memory that share a content word with the question, best first; null when none do, or when
 * they stand in the session's recent turns.
 */
export function relevantQuote(parts: TurnParts): Quote | null {
  const stems = contentStems(parts.question);
  const said = [parts.question, ...parts.recent.map(({ text }) => text)];
  for (const source of parts.memory) {
    const text = source.role === 'USER' ? cut(source.text, stems) : null;
    if (text === null || !sharesStem(text, stems) || said.some((other) => other.includes(text))) continue;
    return { source, text };
  }
  return null;
}

export const sharesStem = (text: string, stems: ReadonlySet<string>) => sharedStems(text, stems) > 0;

const sharedStems = (text: string, stems: ReadonlySet<string>) =>
  [...contentStems(text)].filter((stem) => stems.has(stem)).length;

/** `On 5 March you wrote`, or for what the assistant said `On 5 March I wrote`. */
export const quoteLead = ({ source }: Quote, askedAt: Date) =>
  `On ${dateText(source.saidAt, askedAt)} ${source.role === 'USER' ? 'you' : 'I'} wrote`;

/** In curly quotation marks, with its marker where it has one. */
export const quoted = ({ source, text }: Quote) => `“${text}”${source.marker === null ? '' : ` [${source.marker}]`}`;

/** What to quote of a passage: the sentence nearest to `stems`, cut at a clause; null when nothing in it can be quoted. */
export function cut(passage: string, stems: ReadonlySet<string>): string | null {
  // A quotation in the quotation, and what reads as a marker, stay outside.
  const sentences = passage.split(/[[\]“”]+/).flatMap(sentencesOf);
  const statements = sentences.filter((sentence) => !sentence.endsWith('?'));
  const candidates = statements.length > 0 ? statements : sentences.filter((sentence) => !asksUs(sentence));
  const nearest = nearestOf(candidates, stems);
  return nearest === null ? null : clip(nearest, stems);
}

/** Earlier questions to the coach say nothing of their asker. */
const asksUs = (sentence: string) => ['SUMMARY', 'RECALL', 'ADVICE'].includes(kindOfSentence(plain(sentence)));

function nearestOf(texts: readonly string[], stems: ReadonlySet<string>): string | null {
  const shared = texts.map((text) => sharedStems(text, stems));
  return texts[shared.indexOf(Math.max(...shared))] ?? null;
}

/** From the sentence's beginning if what is near to `stems` then fits, else from the clause that holds it. */
function clip(sentence: string, stems: ReadonlySet<string>): string | null {
  if (fits(sentence)) return bare(sentence);
  const clauses = sentence.split(
    /(?<=[,;:—–)]\s)|(?<=\s)(?=(?:and|but|because|so|though|although|which|when|while|or|then)\s)/,
  );
  const nearest = clauses.indexOf(nearestOf(clauses, stems) ?? '');
  const from = fits(clauses.slice(0, nearest + 1).join('')) ? 0 : nearest;
  let kept = '';
  for (const clause of clauses.slice(from)) {
    if (!fits(kept + clause)) break;
    kept += clause;
  }
  return bare(kept || firstWords(clauses[from] ?? ''));
}

const fits = (text: string) => text.trim().length <= MAX_CHARACTERS && text.trim().split(/\s+/).length <= MAX_WORDS;

function firstWords(text: string): string {
  const words = text.split(/(?<=\s)(?=\S)/).slice(0, MAX_WORDS);
  while (words.join('').trimEnd().length > MAX_CHARACTERS) words.pop();
  return words.join('');
}

/** Without bullets before and stops after it; null when no word is left. */
function bare(text: string): string | null {
  const words = text.replace(/^[^\p{L}\p{N}'’"(]+/u, '').replace(/[\s.,;:!—–。！、，；]+$/, '');
  return /\p{L}/u.test(words) ? words : null;
}
