import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextFilter } from '../../src/chat/replies/text-filter.ts';

const KNOWN = [1, 2, 12];

/** What comes out for pieces of a text, and how many markers were left out. */
function filter(pieces: readonly string[], known: readonly number[] = KNOWN) {
  const textFilter = new TextFilter(known);
  const out = pieces.map((piece) => textFilter.push(piece));
  return { out, text: [...out, textFilter.end()].join(''), unknown: textFilter.unknownMarkers };
}

describe('a text goes through as it is, but', () => {
  test.each([
    ['for a marker that names nothing, with the space before it', 'You said so [9].', 'You said so.'],
    ['not for one that names a source', 'You said so [1].', 'You said so [1].'],
    ['in a list what names nothing goes', 'So it was [1, 9].', 'So it was [1].'],
    ['a list of which nothing is known goes', 'So it was [8, 9].', 'So it was.'],
    ['lists are written in one way', 'So it was [ 1,2 ].', 'So it was [1, 2].'],
    ['a long list too', `So it was [${Array(60).fill(9).join(', ')}].`, 'So it was.'],
    ['what is not finished stays', 'And then [12', 'And then [12'],
    ['other brackets stay', 'a [link] and [x1] and [] and [1', 'a [link] and [x1] and [] and [1'],
    ['NUL goes', 'a\0b [\x0012\0]', 'ab [12]'],
    ['halves of characters are replaced', 'a\uD83D b \uDE00', 'a\uFFFD b \uFFFD'],
    ['leaving a marker out makes no other', 'a [1[9]3] b [[9]9] c', 'a b c'],
  ])('%s', (_, given, expected) => {
    expect(filter([given]).text).toBe(expected);
    expect(filter([...given.split('')]).text).toBe(expected);
  });
});

test('markers that name nothing are counted, each once', () => {
  expect(filter(['a [9] b [1, 8', ', 7] c [2]']).unknown).toBe(3);
});

test('what can be no marker any more is not held back', () => {
  const { out } = filter(['Hello', ' there [1', '2', '] you', ' [not', ' a marker', ' 😀'.slice(0, -1)]);
  expect(out).toEqual(['Hello', ' there', '', ' [12] you', ' [not', ' a marker', '']);
});

test('a list that comes number by number is held back until it ends, however long', () => {
  const { out, text } = filter(['So [', ...Array(100).fill('9, '), '9] it is.']);
  expect(out.slice(0, -1).join('')).toBe('So');
  expect(text).toBe('So it is.');
});

const fragment = fc.oneof(
  fc.constantFrom('[1]', ' [9]', '[1, 9]', '[12', ' [ 2 ,1 ]', '[[9]', '9]', ']', '[', ' ', '\t', ',', '1', '\n'),
  fc.constantFrom('😀', '\uD83D', '\uDE00', '\0', 'é', 'word', ' [', '[8][7]', '\uD83D\0\uDE00', '\uFFFD'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

/** A text and the offsets at which it is cut. */
const cutText = fc
  .array(fragment, { maxLength: 30 })
  .map((fragments) => fragments.join(''))
  .chain((text) => fc.tuple(fc.constant(text), fc.array(fc.nat({ max: text.length }), { maxLength: 12 })))
  .map(([text, cuts]) => {
    const at = [0, ...cuts.sort((a, b) => a - b), text.length];
    return { text, pieces: at.slice(1).map((to, index) => text.slice(at[index], to)) };
  });

/** The rule itself, one marker at a time. */
function filterSlowly(given: string): string {
  const text = given.replaceAll('\0', '').toWellFormed();
  for (const { 0: marker, 1: space = '', 2: list = '', index } of text.matchAll(/([ \t]*)\[([\d, \t]*)\]/g)) {
    const numbers = list.split(',').map((number) => number.trim());
    if (!numbers.every((number) => /^\d+$/.test(number))) continue;
    const known = numbers.map(Number).filter((number) => KNOWN.includes(number));
    const rewritten = known.length > 0 ? `${space}[${known.join(', ')}]` : '';
    if (rewritten !== marker) return filterSlowly(text.slice(0, index) + rewritten + text.slice(index + marker.length));
  }
  return text;
}

const numbersIn = (text: string) =>
  [...text.matchAll(/\[[ \t]*(\d+(?:[ \t]*,[ \t]*\d+)*)[ \t]*\]/g)].flatMap(([, list = '']) =>
    list.split(',').map(Number),
  );

test('however a text is cut, the same comes out', () => {
  fc.assert(
    fc.property(cutText, ({ text, pieces }) => {
      const whole = filter([text]);
      const cut = filter(pieces);
      expect(cut.text).toBe(whole.text);
      expect(cut.unknown).toBe(whole.unknown);
    }),
    { numRuns: 2000 },
  );
});

test('every piece is of whole characters, and together they hold no NUL and no marker that names nothing', () => {
  fc.assert(
    fc.property(cutText, ({ pieces }) => {
      const { out, text } = filter(pieces);
      expect(out.filter((piece) => !piece.isWellFormed())).toEqual([]);
      expect(text).not.toContain('\0');
      expect(numbersIn(text).filter((number) => !KNOWN.includes(number))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('it is the rule that is kept, and nothing else is changed', () => {
  fc.assert(
    fc.property(cutText, ({ text, pieces }) => {
      expect(filter(pieces).text).toBe(filterSlowly(text));
    }),
    { numRuns: 2000 },
  );
});

test('a model that writes white space without end costs what it writes, not its square', () => {
  const filtering = new TextFilter(KNOWN);
  const spaces = ' '.repeat(2_000);
  // Read once for each place in it, this would take longer than any test may.
  for (let piece = 0; piece < 100; piece += 1) expect(filtering.push(spaces)).toBe('');
  expect(filtering.push('!')).toHaveLength(200_001);
  expect(filtering.push(`[1${spaces.repeat(100)}`)).toBe('');
  expect(filtering.push('!')).toHaveLength(200_003);
});
