import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownWords } from '../../src/memory/split/own-words.ts';

const textsOf = (text: string) => ownWords(text).map((piece) => piece.text.trim());

test('a sentence that quotes a source by its marker is left out', () => {
  const reply =
    'You ran 3 km. On 5 March you wrote: “I could not run to the bus” [1]. What was different this morning?';
  expect(textsOf(reply)).toEqual(['You ran 3 km.', 'What was different this morning?']);
});

test('each of several quotations is left out', () => {
  const reply =
    'Two passages, oldest first. On 3 March: “phone in bed” [1]. On 4 March: “lights out? at 22:30.” [2, 3]. What holds?';
  expect(textsOf(reply)).toEqual(['Two passages, oldest first.', 'What holds?']);
});

test('a quotation from a document is left out with the name of its file', () => {
  const reply =
    'Better sleep. Your document habits.v2.md says: “Lights out at ten. Every day” [1]. Which of them still holds?';
  expect(textsOf(reply)).toEqual(['Better sleep.', 'Which of them still holds?']);
});

test('two quotations in one sentence go with all of it', () => {
  const reply = 'You run. You wrote “I run” [1], and habits.md says “run less” [2] in chapter 3.1. What now?';
  expect(textsOf(reply)).toEqual(['You run.', 'What now?']);
});

test('what is quoted without a source stays', () => {
  expect(textsOf('You call it “the wall”. What is behind it?')).toEqual(['You call it “the wall”. What is behind it?']);
});

test('a reply that does nothing but quote is taken whole', () => {
  expect(textsOf('On 3 March you wrote: “phone in bed” [1].')).toEqual(['On 3 March you wrote: “phone in bed” [1].']);
});

test('whatever the text: pieces are where they say, in order, and never overlap', () => {
  const part = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('“', '”', ' [1]', '. ', '\n', '” [2, 3].'));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      let end = 0;
      for (const piece of ownWords(text)) {
        expect(piece.start).toBeGreaterThanOrEqual(end);
        end = piece.start + piece.text.length;
        expect(text.slice(piece.start, end)).toBe(piece.text);
      }
    }),
  );
});
