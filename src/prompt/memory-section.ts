import { countTokens } from '../models/count-tokens.ts';
import type { Fitted } from './fit.ts';
import { type Candidate, memoryTokens, type NumberedHit, numbered } from './fit-memory.ts';
import type { PromptItem, PromptSection } from './prompt.ts';
import type { Condensed } from './prompt-input.ts';

/** What was sent, oldest first; then what was not, best first. */
export function memorySection({ candidates, fresh, kept, summary, memoryTokens: tokens }: Fitted): PromptSection {
  const sent = summary ? namedIn(summary, candidates) : numbered(kept);
  const isSent = new Set(sent.map(({ hit }) => hit));
  const left = candidates.filter(({ hit }) => !isSent.has(hit));
  const reasonOf = (candidate: Candidate) => {
    if (!fresh.includes(candidate)) return 'The recent turns hold it already.';
    return summary ? 'The summary left it out.' : 'There was no room for it.';
  };
  return {
    kind: 'MEMORY',
    tokens,
    wantedTokens: memoryTokens(fresh),
    summarized: summary !== null,
    items: [...sent.map(includedItem), ...left.map((candidate) => droppedItem(candidate, reasonOf(candidate)))],
  };
}

/** The candidates that a line of the summary is about, with what that line takes. */
function namedIn(summary: Condensed, candidates: readonly Candidate[]): NumberedHit[] {
  return summary.text.split('\n').flatMap((line) => {
    const marker = Number(/^\[(\d+)\]/.exec(line)?.[1]);
    const source = summary.sources.find((each) => each.marker === marker);
    const named = source && candidates.find(({ hit }) => isSame(hit, source.hit));
    return named ? [{ hit: named.hit, marker, tokens: countTokens(`${line}\n`) }] : [];
  });
}

const isSame = (a: Candidate['hit'], b: Candidate['hit']) => a.messageId === b.messageId && a.position === b.position;

const includedItem = ({ marker, ...candidate }: NumberedHit): PromptItem => ({ ...itemOf(candidate), marker });

const droppedItem = (candidate: Candidate, reason: string): PromptItem => ({
  ...itemOf(candidate),
  decision: 'DROPPED',
  reason,
});

const itemOf = ({ hit, tokens }: Candidate): PromptItem => ({
  section: 'MEMORY',
  messageId: hit.messageId,
  chunkId: null,
  filename: null,
  role: hit.role,
  saidAt: hit.saidAt,
  marker: null,
  ranges: [hit.range],
  text: hit.text,
  decision: 'INCLUDED',
  reason: null,
  score: hit.score,
  tokens,
});
