import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { countTokens, cutToTokens } from '../../src/models/count-tokens.ts';

const LONGEST_MESSAGE = 32_000;

/** Any UTF-16, lone surrogates and NUL included. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('a', ' ', '\n', '👍🏽', 'ä', '中', '\ud800', '\0'), { maxLength: 600 })
    .map((parts) => parts.join('')),
);

const isWhole = (text: string) => !/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(text);

describe('countTokens', () => {
  test('counts ordinary text exactly as the tokenizer does', () => {
    for (const text of [
      '',
      'I could not run to the bus without stopping.',
      'Überall, wo ich schlafe, wird es früh hell.\n\n- 22:30 ins Bett\n- 6:45 auf',
      '我晚上睡不好。我应该怎么办？',
      `See ${'https://example.org/a-path/that/goes/on'} and ${'x'.repeat(100)}`,
    ]) {
      expect(countTokens(text)).toBe(encode(text).length);
    }
  });

  test('takes what looks like a special token for ordinary words', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
    expect(countTokens('<|im_start|>system')).toBeGreaterThan(2);
  });

  test.each([
    ['one letter', 'a', 4],
    ['one capital', 'A', 4],
    ['an unlikely letter', 'q', 1],
    ['spaces', ' ', 1],
    ['spaces and line breaks', ' \n', 1],
    ['punctuation', '!?.', 1],
    ['emoji', '👍🏽', 0.1],
    ['joined emoji', '👩‍👩‍👧‍👦', 0.1],
    ['han', '龘', 0.2],
    ['combining marks', '\u0301', 0.5],
    ['lone surrogates', '\ud800', 0.3],
    ['NUL', '\0', 0.5],
  ])('gives a sane count for the longest message of nothing but %s', (_, unit, mostCharactersPerToken) => {
    const text = unit.repeat(LONGEST_MESSAGE / unit.length);
    const tokens = countTokens(text);
    expect(tokens).toBeGreaterThan(0);
    expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
    expect(tokens).toBeGreaterThanOrEqual(
      Math.min(LONGEST_MESSAGE / 150, LONGEST_MESSAGE / mostCharactersPerToken / 10),
    );
  });

  test('counts a run that is split little above what the tokenizer counts', () => {
    const run = 'Donaudampfschifffahrtsgesellschaft'.repeat(30);
    const exact = encode(run).length;
    expect(countTokens(run)).toBeGreaterThanOrEqual(exact - 8);
    expect(countTokens(run)).toBeLessThanOrEqual(exact + 2 * Math.ceil(run.length / 128));
  });

  test('takes any string, and never counts more tokens than bytes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokens = countTokens(text);
        expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
        expect(tokens > 0).toBe(text !== '');
      }),
    );
  });
});

describe('cutToTokens', () => {
  test('gives an end of the text that fits and splits no pair', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: -1, max: 80 }),
        fc.constantFrom('start', 'end'),
        (text, maxTokens, from) => {
          const cut = cutToTokens(text, maxTokens, from);
          expect(countTokens(cut)).toBeLessThanOrEqual(Math.max(0, maxTokens));
          expect(from === 'start' ? text.startsWith(cut) : text.endsWith(cut)).toBe(true);
          if (isWhole(text) && text.isWellFormed()) expect(cut.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  test('gives a text that fits whole', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('start', 'end'), (text, from) => {
        expect(cutToTokens(text, countTokens(text), from)).toBe(text);
        expect(cutToTokens(text, Number.POSITIVE_INFINITY, from)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('uses what it is given', () => {
    const text = 'I went for a run in the rain and felt fine. '.repeat(200);
    for (const from of ['start', 'end'] as const) expect(countTokens(cutToTokens(text, 300, from))).toBe(300);
  });
});
