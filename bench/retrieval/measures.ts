import { chance } from '../texts.ts';
import type { Conversation, Evidence } from './conversation.ts';
import type { IndexedChunk } from './index-conversation.ts';
import type { Ranked } from './rankings.ts';

export const MEASURES = ['R@5', 'R@10', 'R@20', 'MRR', 'R@500t', 'R@2000t', 'R@4000t'] as const;
export type Measure = (typeof MEASURES)[number];
export type Measured = Record<Measure, number>;

/**
 * Where the evidence stands in a ranking. A message has the rank of its best chunk, among messages; a quotation that of the
 * first chunk that holds some of it, among chunks. MRR is of the first evidence. Tokens are spent on chunks, best first, up to
 * the first that does not fit.
 */
export function judge(ranked: Ranked, evidence: readonly Evidence[], conversation: Conversation): Measured {
  const spans = evidence.map((each) => spanOf(each, conversation));
  const isOfMessages = evidence.every(({ quote }) => quote === null);
  const units = isOfMessages ? distinctMessages(ranked) : ranked;
  const ranks = spans.map((span) => units.findIndex((chunk) => overlaps(chunk, span, isOfMessages)) + 1);
  const spent = tokensSpent(ranked);
  const costs = spans.map((span) => spent[ranked.findIndex((chunk) => overlaps(chunk, span, isOfMessages))]);

  const within = (limit: number) => share(ranks, (rank) => rank > 0 && rank <= limit);
  const withinTokens = (limit: number) => share(costs, (cost) => cost !== undefined && cost <= limit);
  const first = Math.min(...ranks.filter((rank) => rank > 0));
  return {
    'R@5': within(5),
    'R@10': within(10),
    'R@20': within(20),
    MRR: 1 / first,
    'R@500t': withinTokens(500),
    'R@2000t': withinTokens(2_000),
    'R@4000t': withinTokens(4_000),
  };
}

type Span = Pick<IndexedChunk, 'messageId' | 'range'>;

function spanOf({ messageId, quote }: Evidence, { sessions }: Conversation): Span {
  if (quote === null) return { messageId, range: [0, Number.POSITIVE_INFINITY] };
  const message = sessions.flatMap(({ messages }) => messages).find(({ id }) => id === messageId);
  const from = message?.text.indexOf(quote) ?? 0;
  return { messageId, range: [from, from + quote.length] };
}

const overlaps = (chunk: Span, span: Span, isOfMessages: boolean): boolean =>
  chunk.messageId === span.messageId &&
  (isOfMessages || (chunk.range[0] < span.range[1] && span.range[0] < chunk.range[1]));

function distinctMessages(ranked: Ranked): Ranked {
  const seen = new Set<string>();
  return ranked.filter(({ messageId }) => !seen.has(messageId) && seen.add(messageId));
}

function tokensSpent(ranked: Ranked): number[] {
  let spent = 0;
  return ranked.map(({ tokens }) => {
    spent += tokens;
    return spent;
  });
}

const share = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length / values.length;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What 95 of 100 sets of as many questions, drawn from these with repetition, have for a mean. */
export function interval(values: readonly number[], draws: number): [low: number, high: number] {
  const random = chance(5);
  const means = Array.from({ length: draws }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(draws * 0.025)] ?? Number.NaN, means[Math.ceil(draws * 0.975) - 1] ?? Number.NaN];
}
