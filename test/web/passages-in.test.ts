import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passagesIn } from '../../web/src/documents/reader/passages-in.ts';

const chunk = (position: number, start: number, text: string) => ({ id: `c${position}`, position, start, text });

test('between passages stands what stands there in the text, of free lines at most one', () => {
  const text = 'One. Two.\n\n\n \nThree.';
  const passages = passagesIn([chunk(0, 0, 'One.'), chunk(1, 5, 'Two.'), chunk(2, 14, 'Three.')], text, 0);
  expect(passages.map(({ before }) => before)).toEqual(['', ' ', '\n\n']);
});

test('a page that begins in the middle is put together as the text is', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, fc.nat(1000), (parts, from) => {
      let start = from;
      const chunks = parts.map((text, position) => {
        const made = chunk(position, start, text);
        start += text.length + 1;
        return made;
      });
      const whole = passagesIn(chunks, parts.join(' '), from).map(({ before, text }) => before + text);
      expect(whole.join('')).toBe(parts.join(' '));
    }),
  );
});

test('where the text was too long to be given in one piece, passages are kept apart', () => {
  const passages = passagesIn([chunk(0, 0, 'One.'), chunk(1, 90, 'Two.')], 'One.   ', 0);
  expect(passages.map(({ before }) => before)).toEqual(['', '\n\n']);
});
