import type { Grain, Span } from './spans.ts';

const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat();
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** The server shows no more. */
const MOST_TOKENS = 2_147_483_647;
const SHORT_FROM = 100_000;

/** In full as long as that can be taken in at a glance. */
export const inShort = (count: number): string => (count < SHORT_FROM ? whole : short).format(count);

export const tokensInShort = (tokens: number): string =>
  tokens >= MOST_TOKENS ? `over ${short.format(MOST_TOKENS)}` : inShort(tokens);

export const tokensInFull = (tokens: number): string =>
  tokens >= MOST_TOKENS ? `over ${whole.format(MOST_TOKENS)}` : whole.format(tokens);

/** As one would say it: Tue, 12 Nov; 10 – 16 Nov; November 2026. */
export function nameOf({ from, to }: Span, grain: Grain): string {
  if (grain === 'month') return month.format(new Date(from));
  if (from === to) return day.format(new Date(from));
  return date.formatRange(new Date(from), new Date(to));
}

/** With its year, as in a table. */
export function fullNameOf({ from, to }: Span, grain: Grain): string {
  if (grain === 'month') return month.format(new Date(from));
  if (from === to) return fullDate.format(new Date(from));
  return fullDate.formatRange(new Date(from), new Date(to));
}

/** What a bar says. */
export function saidOf(span: Span, grain: Grain): string {
  const { inputTokens, outputTokens } = span;
  const name = grain === 'day' ? nameOf(span, grain) : fullNameOf(span, grain);
  if (inputTokens + outputTokens === 0) return `${name}: nothing`;
  const together = whole.format(inputTokens + outputTokens);
  return `${name}: ${together} tokens, ${whole.format(inputTokens)} read, ${whole.format(outputTokens)} written`;
}
