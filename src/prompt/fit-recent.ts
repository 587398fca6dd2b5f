import { MESSAGE_TOKENS } from './budget.ts';
import { cutMiddle } from './cut-middle.ts';
import type { Passage, PromptItem } from './prompt.ts';

/** Less than this of a message says nothing. */
const LEAST_CUT_TOKENS = 24;

/**
 * The recent turns as items, oldest first: as many of the newest whole turns as `maxTokens` hold. The last turn may take all of
 * `room`, and is cut in its middle where that is not enough.
 *
 * Whole turns, so that what is sent begins with the user: some models refuse a conversation that does not.
 */
export function fitRecent(recent: readonly Passage[], limits: { maxTokens: number; room: number }): PromptItem[] {
  const turns = turnsOf(recent);
  const last = turns.pop();
  if (!last) return [];

  const lastTokens = wantedTokens(last);
  if (lastTokens > limits.room) return [...turns.flat().map(tooOld), ...cutTurn(last, limits.room)];
  const kept = newestThatFit(turns, limits.maxTokens - lastTokens);
  const dropped = turns.slice(0, turns.length - kept.length);
  return [...dropped.flat().map(tooOld), ...kept.flat().map(whole), ...last.map(whole)];
}

/** What all of it would take. */
export const wantedTokens = (recent: readonly Passage[]) =>
  recent.reduce((sum, { tokens }) => sum + tokens + MESSAGE_TOKENS, 0);

/** A turn begins with a message of the user; what precedes the first one is a turn too. */
function turnsOf(recent: readonly Passage[]): Passage[][] {
  const turns: Passage[][] = [];
  for (const passage of recent) {
    const turn = turns.at(-1);
    if (!turn || passage.role === 'USER') turns.push([passage]);
    else turn.push(passage);
  }
  return turns;
}

function newestThatFit(turns: readonly Passage[][], maxTokens: number): Passage[][] {
  let first = turns.length;
  let tokens = 0;
  for (const turn of turns.toReversed()) {
    tokens += wantedTokens(turn);
    if (tokens > maxTokens) break;
    first -= 1;
  }
  return turns.slice(first);
}

/** Every message keeps its share of `room`; what short ones leave goes to the longer. */
function cutTurn(turn: readonly Passage[], room: number): PromptItem[] {
  const allowed = new Map<Passage, number>();
  let left = room - turn.length * MESSAGE_TOKENS;
  for (const [index, passage] of turn.toSorted((a, b) => a.tokens - b.tokens).entries()) {
    const share = Math.min(passage.tokens, Math.floor(left / (turn.length - index)));
    allowed.set(passage, share);
    left -= share;
  }
  const isEnough = turn.every((passage) => (allowed.get(passage) ?? 0) >= Math.min(passage.tokens, LEAST_CUT_TOKENS));
  if (!isEnough) return turn.map((passage) => leftOut(passage, 'There was no room left, not even for a part of it.'));
  return turn.map((passage) => cutTo(passage, allowed.get(passage) ?? 0));
}

function cutTo(passage: Passage, maxTokens: number): PromptItem {
  if (passage.tokens <= maxTokens) return whole(passage);
  const { text, ranges, tokens } = cutMiddle(passage.text, maxTokens);
  const [start] = passage.range;
  return {
    ...whole(passage),
    text,
    ranges: ranges.map(([from, to]) => [start + from, start + to]),
    decision: 'TRUNCATED',
    reason: 'Too long: only its beginning and its end were sent.',
    tokens: tokens + MESSAGE_TOKENS,
  };
}

const tooOld = (passage: Passage) => leftOut(passage, 'There was no room for turns this old.');

const leftOut = (passage: Passage, reason: string): PromptItem => ({ ...whole(passage), decision: 'DROPPED', reason });

const whole = ({ messageId, role, saidAt, range, text, tokens }: Passage): PromptItem => ({
  section: 'RECENT_TURNS',
  messageId,
  chunkId: null,
  filename: null,
  role,
  saidAt,
  marker: null,
  ranges: [range],
  text,
  decision: 'INCLUDED',
  reason: null,
  score: null,
  tokens: tokens + MESSAGE_TOKENS,
});
