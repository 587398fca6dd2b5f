import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Candidate, chooseHits } from '../../src/memory/search/choose-hits.ts';
import { readQuestion, scoreChunk } from '../../src/memory/search/evidence.ts';
import { isReferring } from '../../src/memory/search/is-referring.ts';
import { lexicalScores } from '../../src/memory/search/lexical-scores.ts';
import { appendChunks, type ScopeChunk, type StoredChunk, spread } from '../../src/memory/search/scope-chunks.ts';
import { countTerms, questionTerms } from '../../src/memory/terms.ts';

type Line = string | (Partial<StoredChunk> & { text: string });

/** One scope of chunks, each with a seq of its own. */
function scopeOf(lines: readonly Line[], scopeId = 1): readonly ScopeChunk[] {
  const rows = lines.map((line, seq) => {
    const chunk = typeof line === 'string' ? { text: line } : line;
    const terms = countTerms(chunk.text).words;
    return {
      id: scopeId * 1000 + seq,
      scopeId,
      messageId: null,
      seq,
      position: 0,
      terms,
      role: 'USER',
      speaker: null,
      saidAt: 0,
      ...chunk,
    };
  });
  return appendChunks([], rows);
}

/** What `question` finds by words in the texts, `texts` being those of `chunks`. */
function lexical(question: string, chunks: readonly ScopeChunk[], texts: readonly string[]): number[] {
  const counts = texts.map((text) => countTerms(text).frequencies);
  const terms = questionTerms(question).map((term) => {
    const postings = counts.flatMap((count, index) => ({ index, frequency: count.get(term) ?? 0 }));
    const found = postings.filter(({ frequency }) => frequency > 0);
    return { documentFrequency: found.length, postings: found };
  });
  return [...lexicalScores(chunks, terms)];
}
const search = (question: string, texts: readonly string[]) => lexical(question, scopeOf(texts), texts);

function scoreOf(question: string, line: Line, scoring = { lexical: 0.5 }): number {
  const chunks = scopeOf([line]);
  const [chunk] = chunks;
  if (!chunk) throw new Error('no chunk');
  return scoreChunk(readQuestion(question, chunks), chunk, scoring).score;
}

const words = fc.array(fc.constantFrom('run', 'knee', 'sleep', 'river', 'bread', 'the'), {
  minLength: 1,
  maxLength: 30,
});
const texts = fc.array(words, { minLength: 1, maxLength: 15 }).map((lines) => lines.map((line) => line.join(' ')));

test('a lexical score is the share of the question that is covered, from 0 to 1', () => {
  fc.assert(
    fc.property(texts, words, (lines, question) => {
      for (const score of search(question.join(' '), lines)) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThan(1);
      }
    }),
  );
  const [whole = 0, half = 0] = [search('knee', ['knee'])[0], search('knee zebra', ['knee'])[0]];
  expect(half).toBeLessThan(whole);
});

test('what stands in another session lends nothing', () => {
  const lines = ['I slept.', 'The zebra sang.'];
  const [here] = search('zebra', lines);
  const apart = [...scopeOf(lines.slice(0, 1), 1), ...scopeOf(lines.slice(1), 2)];
  expect(here).toBeGreaterThan(0);
  expect(lexical('zebra', apart, lines)[0]).toBe(0);
});

test('a neighbour lends less the further away it is, and more what follows it than what it follows', () => {
  const filler = 'We spoke of bread for a while.';
  const scores = search('zebra', [filler, filler, filler, 'The zebra sang.', filler, filler, filler]);
  expect(scores.indexOf(Math.max(...scores))).toBe(3);
  expect(scores[4]).toBeGreaterThan(scores[5] ?? 1);
  expect(scores[4]).toBeGreaterThan(scores[2] ?? 1);
  expect(search('zebra', ['The zebra sang.', ...Array(6).fill(filler)])[6]).toBe(0);
});

test('the weight of a neighbour falls with the characters between, and for a long chunk', () => {
  const chunks = scopeOf(['x'.repeat(100), 'y'.repeat(350), 'z', 'w'.repeat(400)]);
  const spreadFrom = (index: number) => {
    const sums = new Float64Array(chunks.length);
    spread(chunks, index, 1, sums);
    return sums;
  };
  expect(spreadFrom(1)[1]).toBe(1);
  expect(spreadFrom(1)[2]).toBeCloseTo(0.6);
  expect(spreadFrom(0)[2]).toBeCloseTo(0.6 * Math.exp(-1));
  expect(spreadFrom(2)[0]).toBeCloseTo(0.4 * Math.exp(-1));
  expect(spreadFrom(2)[3]).toBeCloseTo(0.75 * 0.6);
});

test('chunks appended in any portions are the chunks read at once', () => {
  fc.assert(
    fc.property(texts, fc.nat(), (lines, cut) => {
      const rows = lines.map((text, seq) => {
        const source = { messageId: null, role: 'USER', speaker: null, saidAt: seq };
        return { ...source, id: seq, scopeId: 1, seq, position: 0, text, terms: seq };
      });
      const first = appendChunks([], rows.slice(0, cut % (rows.length + 1)));
      expect(appendChunks(first, rows.slice(first.length))).toEqual(appendChunks([], rows));
    }),
  );
});

test("the assistant's words stand behind the user's, but hardly where the question asks for them", () => {
  const text = 'Magnesium may help with sleep.';
  const gap = (question: string) => scoreOf(question, text) - scoreOf(question, { text, role: 'ASSISTANT' });
  expect(gap('Does magnesium help?')).toBeCloseTo(0.4);
  expect(gap('Can you explain magnesium?')).toBeCloseTo(0.4);
  for (const question of ['What did you suggest?', 'You told me of a mineral.', 'What was your last advice?'])
    expect(gap(question)).toBeCloseTo(0.05);
});

test('dates, names, times, statements and preferences each add a little', () => {
  const may8 = Date.UTC(2023, 4, 8);
  expect(
    scoreOf('What of 8 May 2023?', { text: 'I ran.', saidAt: may8 }) - scoreOf('What of it?', 'I ran.'),
  ).toBeCloseTo(0.12);
  const ann = { text: 'I ran.', speaker: 'Ann Lee' };
  expect(scoreOf('Did Ann run?', ann) - scoreOf('Did Bob run?', ann)).toBeCloseTo(0.07);
  expect(scoreOf('When did I run?', 'I ran last week.') - scoreOf('Did I run?', 'I ran last week.')).toBeCloseTo(0.03);
  expect(scoreOf('run', 'You ran home.') - scoreOf('run', 'You ran home?')).toBeCloseTo(0.04);
  expect(scoreOf('run', 'I never ran.') - scoreOf('run', 'I ever ran.')).toBeCloseTo(0.03);
});

test('what has no embedding yet counts as the usual one', () => {
  const chunks = scopeOf(['I ran.']);
  const [chunk] = chunks;
  if (!chunk) throw new Error('no chunk');
  const question = readQuestion('run', chunks);
  const unknown = scoreChunk(question, chunk, { lexical: 0.2, usualCosine: 0.3 });
  expect(unknown.score).toBe(scoreChunk(question, chunk, { lexical: 0.2, cosine: 0.3 }).score);
  expect(scoreChunk(question, chunk, { lexical: 0, usualCosine: 0.3 }).isFound).toBe(false);
});

test.each([
  ['Why?', true],
  ['And the knee, how is the left one?', true],
  ['Can you tell me more about that plan?', true],
  ['Tell me something', true],
  ['How did the interview at the bank on Monday go?', false],
  ['I slept four hours because my daughter was ill and that made the morning at work really hard', false],
])('whether "%s" refers to the turn before it: %s', (question, refers) => {
  expect(isReferring(question)).toBe(refers);
});

const candidate = fc.record({
  role: fc.constantFrom('USER' as const, 'ASSISTANT' as const),
  merit: fc.integer({ min: -10, max: 150 }).map((percent) => percent / 100),
  text: fc.string({ maxLength: 2 }),
  seq: fc.nat(1000),
});
const candidateOf = ({
  role,
  merit,
  text,
  seq,
}: {
  role: 'USER' | 'ASSISTANT';
  merit: number;
  text: string;
  seq: number;
}): Candidate<{ role: string; seq: number }> => {
  const score = role === 'ASSISTANT' ? merit - 0.4 : merit;
  const isAssistant = role === 'ASSISTANT';
  return { role, seq, text, score, merit, isAssistant, isQuestion: false, place: ['s', seq, 0] };
};

test('hits are at most the limit, distinct, best first, above nothing, and no less than half the best user', () => {
  fc.assert(
    fc.property(fc.array(candidate), fc.integer({ min: 1, max: 40 }), fc.boolean(), (made, limit, asks) => {
      const hits = chooseHits(made.map(candidateOf), limit, asks);
      expect(hits.length).toBeLessThanOrEqual(limit);
      expect(new Set(hits.map((hit) => hit.text)).size).toBe(hits.length);
      expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
      const best = hits[0]?.score ?? 0;
      for (const hit of hits) expect(hit.score).toBeGreaterThan(0);
      for (const hit of hits) if (hit.role === 'USER') expect(hit.score).toBeGreaterThanOrEqual(best / 2);
    }),
  );
});
