import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitDocument } from '../../src/memory/split/split-document.ts';
import { localTokenCounter } from '../../src/models/local-tokens.ts';

const limit = { maxTokens: 120, countTokens: localTokenCounter() };
/** What counts most: every sign. */
const signs = { maxTokens: 30, countTokens: (text: string) => text.length };

const words = fc.lorem({ maxCount: 12 });
const line = fc.oneof(
  words,
  fc.lorem({ maxCount: 6, mode: 'sentences' }),
  words.map((text) => `# ${text}`),
  words.map((text) => `- ${text}`),
  words.map((text) => `${text} | ${text} | 3.14`),
  words.map((text) => `${text}\n====`),
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: fc.constantFrom('😀', '日', '7', ' ', '\t', '\u00a0', '. ', '#', '\n'), maxLength: 900 }),
  fc.constant(''),
);
const anyText = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n\n', '\n \n\n', ' ')), { maxLength: 30 })
  .map((lines) => lines.flat().join(''));
const withoutSpace = (text: string) => text.replace(/\s/g, '');
const textsOf = (text: string) => splitDocument(text, limit).map((piece) => piece.text);

for (const [name, given] of Object.entries({ 'the tokens of the local model': limit, 'very few tokens': signs })) {
  test(`a piece is what stands at its offset, neither blank nor padded, within 400 units and ${name}`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const piece of splitDocument(text, given)) {
          expect(text.slice(piece.start, piece.start + piece.text.length)).toBe(piece.text);
          expect(piece.text).toBe(piece.text.trim());
          expect(piece.text).not.toBe('');
          expect(piece.text.length).toBeLessThanOrEqual(400);
          expect(given.countTokens(piece.text)).toBeLessThanOrEqual(given.maxTokens);
        }
      }),
    );
  });

  test(`the pieces hold everything but white space, once, in order and without overlap, within ${name}`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const pieces = splitDocument(text, given);
        let end = 0;
        for (const piece of pieces) {
          expect(piece.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(end, piece.start).trim()).toBe('');
          end = piece.start + piece.text.length;
        }
        expect(text.slice(end).trim()).toBe('');
        expect(withoutSpace(pieces.map((piece) => piece.text).join(''))).toBe(withoutSpace(text));
      }),
    );
  });

  test(`no character is cut in two, within ${name}`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const piece of splitDocument(text.toWellFormed(), given)) expect(piece.text.isWellFormed()).toBe(true);
      }),
    );
  });
}

test('a heading stays with what follows it', () => {
  const heading = words.map((text) => `## ${text}`);
  const section = fc.tuple(heading, fc.lorem({ maxCount: 20, mode: 'sentences' })).map((parts) => parts.join('\n\n'));
  fc.assert(
    fc.property(fc.array(section, { minLength: 1, maxLength: 8 }), (sections) => {
      for (const text of textsOf(sections.join('\n\n'))) {
        expect(text.split('\n').at(-1)).not.toMatch(/^## /);
      }
    }),
  );
});

test('a section begins a piece, and a short one goes with the next', () => {
  const body = 'I would rather hear an uncomfortable truth today than be surprised by it tomorrow. '.repeat(2).trim();
  const sections = [`# Honesty\n\n${body}`, `# Family\n\n${body}`, '# Rest\n\nMore of it.', `# Work\n\n${body}`];
  expect(textsOf(sections.join('\n\n'))).toEqual([sections[0], sections[1], `${sections[2]}\n\n${sections[3]}`]);
});

test('paragraphs stay whole where they can, and sentences where they cannot', () => {
  const sentence = (letter: string) => `${letter}${' word'.repeat(24)}.`;
  const [a = '', b = '', c = '', d = ''] = ['A', 'B', 'C', 'D'].map(sentence);
  expect(textsOf(`${a} ${b}\n\n${c} ${d}`)).toEqual([`${a} ${b}`, `${c} ${d}`]);
  expect(textsOf(`${a} ${b} ${c} ${d}`)).toEqual([`${a} ${b} ${c}`, d]);
});

test('wrapped lines are one sentence, list items and rows of a table are not', () => {
  const wrapped =
    'Honesty matters more to me than comfort, which I have\nlearned late, and it is what my sister says too.';
  expect(textsOf(wrapped)).toEqual([wrapped]);
  const rows = Array.from({ length: 40 }, (_, at) => `Day ${at} | slept ${at} hours | ran`);
  for (const text of textsOf(rows.join('\n'))) {
    for (const row of text.split('\n')) expect(rows).toContain(row);
  }
  const items = Array.from({ length: 40 }, (_, at) => `- Say no in sentence ${at} and in no other`);
  for (const text of textsOf(items.join('\n'))) {
    for (const item of text.split('\n')) expect(items).toContain(item);
  }
});

test('what never ends is cut all the same', () => {
  const pieces = splitDocument('x'.repeat(500_000), limit);
  expect(pieces.map((piece) => piece.text.length).reduce((sum, length) => sum + length)).toBe(500_000);
  expect(textsOf(`a${' '.repeat(20_000)}b`)).toEqual(['a', 'b']);
});
