import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitText } from '../../src/memory/split/split-text.ts';
import { countTerms, questionTerms } from '../../src/memory/terms.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '. ', '?', '\n', '😀', '\u00a0', 'é', '日'), maxLength: 2500 }),
  fc.lorem({ maxCount: 60, mode: 'sentences' }),
);
const withoutSpace = (text: string) => text.replace(/\s/g, '');
const textsOf = (text: string) => splitText(text).map((piece) => piece.text);

test('a piece is what stands at its offset, at most 400 units long, and neither blank nor padded', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const piece of splitText(text)) {
        expect(text.slice(piece.start, piece.start + piece.text.length)).toBe(piece.text);
        expect(piece.text.length).toBeLessThanOrEqual(400);
        expect(piece.text).toBe(piece.text.trim());
        expect(piece.text).not.toBe('');
      }
    }),
  );
});

test('the pieces hold everything but white space, once and in order', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(withoutSpace(textsOf(text).join(''))).toBe(withoutSpace(text));
    }),
  );
});

test('no character is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('😀', 'x'), minLength: 300, maxLength: 1500 }), (text) => {
      for (const piece of splitText(text)) expect(piece.text.isWellFormed()).toBe(true);
    }),
  );
});

test('a text of at most 400 units stays whole', () => {
  const text = 'I slept badly. Four hours!\n\nThen the knee hurt again.';
  expect(splitText(`  ${text}\n`)).toEqual([{ start: 2, text }]);
});

test('sentences stay whole and are packed', () => {
  const sentence = (letter: string) => `${letter.repeat(149)}.`;
  const text = ['A', 'B', 'C', 'D'].map(sentence).join(' ');
  expect(textsOf(text)).toEqual([`${sentence('A')} ${sentence('B')}`, `${sentence('C')} ${sentence('D')}`]);
});

test('a short tail takes sentences from the piece before it', () => {
  const long = `${'A'.repeat(199)}.`;
  const text = `${long} ${'B'.repeat(188)}. Short tail.`;
  expect(textsOf(text)).toEqual([long, `${'B'.repeat(188)}. Short tail.`]);
});

test('a sentence that is too long is cut between words into parts of about the same length', () => {
  const lengths = textsOf('word '.repeat(250)).map((text) => text.length);
  expect(lengths).toHaveLength(4);
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(20);
});

test('words are counted with stop words, stems without', () => {
  const { words, frequencies } = countTerms('I was running, and my runners RAN after the running coach.');
  expect(words).toBe(11);
  expect(Object.fromEntries(frequencies)).toEqual({ run: 2, runner: 1, ran: 1, after: 1, coach: 1 });
});

test('a question is searched by each stem once, in order, without stop words', () => {
  expect(questionTerms('When did I injure my knee: the left knee?')).toEqual(['injur', 'knee', 'left']);
  expect(questionTerms('What is it?')).toEqual([]);
});

test('words that only look different are the same term', () => {
  expect(questionTerms('ﬁtness')).toEqual(questionTerms('FITNESS'));
  expect(questionTerms('Cafe\u0301')).toEqual(questionTerms('café'));
});

test('a term is at most 64 units of whole characters, and unspaced scripts have words too', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const term of countTerms(text).frequencies.keys()) {
        expect(term.length).toBeLessThanOrEqual(64);
        expect(term.isWellFormed()).toBe(true);
      }
    }),
  );
  expect(countTerms(`x${'𝒳'.repeat(100)}`).words).toBe(1);
  expect(questionTerms('東京に行きました')).toContain('東京');
});
