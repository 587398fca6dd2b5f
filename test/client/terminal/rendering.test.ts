import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cleanLine, cleanText } from '../../../client/terminal/clean-text.ts';
import { LiveArea } from '../../../client/terminal/live-area.ts';
import { renderMarkdown } from '../../../client/terminal/markdown.ts';
import { replyLines } from '../../../client/terminal/message-lines.ts';
import { nearest } from '../../../client/terminal/nearest.ts';
import { createStyle } from '../../../client/terminal/style.ts';
import { when } from '../../../client/terminal/when.ts';
import { cutToWidth, wrapText } from '../../../client/terminal/wrap.ts';
import { TerminalScreen } from '../../support/terminal-screen.ts';

const plain = createStyle(false);
const coloured = createStyle(true);
const lines = (text: string, width = 40) => renderMarkdown(text, { width, style: plain });

test('Markdown is shown lightly', () => {
  expect(
    lines(
      '# Sleep\n\nYou **cannot** *really* sleep [1]. See `notes`, [this](https://example.com/a).\n\n- one\n- two\n\n1. first\n> said',
    ),
  ).toEqual([
    'Sleep',
    '',
    'You cannot really sleep [1]. See notes,',
    'this (https://example.com/a).',
    '',
    '• one',
    '• two',
    '',
    '1. first',
    '│ said',
  ]);
  expect(renderMarkdown('**so** [2]', { width: 40, style: coloured })).toEqual([
    '\u001b[1mso\u001b[22m \u001b[31m[2]\u001b[39m',
  ]);
});

test('what is no Markdown stays as it is', () => {
  expect(lines('2 * 3 * 4, snake_case_name, a*b and ** alone')).toEqual([
    '2 * 3 * 4, snake_case_name, a*b and **',
    'alone',
  ]);
  expect(lines('```js\nconst  a = 1;\n```')).toEqual(['  const  a = 1;']);
});

test('no text is too deep or too long for what looks for marks', () => {
  for (const text of ['[1]', '`a` ', '*', '**a ', '_a ', '[', '[a ', '[a](b', '> ', 'x']) {
    const shown = lines(`${text.repeat(60_000 / text.length)} end`);
    expect(shown.at(-1)).toMatch(/end$/);
  }
});

test('a last word that has no end is shown as it grows', () => {
  const look = { width: 78, style: plain, memory: 'PENDING', isGrowing: true } as const;
  expect(replyLines(`So ${'x'.repeat(30)}`, look)).toEqual(['○ So']);
  expect(replyLines(`So ${'x'.repeat(31)}`, look)).toEqual([`○ So ${'x'.repeat(31)}`]);
  expect(replyLines(`${'x'.repeat(60_000)} y`, look).join('')).toHaveLength(60_000 + 2 * 790);
});

test('a list goes on below its text, not below its bullet', () => {
  expect(lines('- Close the door until ten, and tell them why.', 24)).toEqual([
    '• Close the door until',
    '  ten, and tell them',
    '  why.',
  ]);
});

test('while a text grows, no line that is whole changes, and no word jumps to the next line', () => {
  const text =
    'Mornings belong to the **draft, never** to meetings, which you said *yourself* in spring [1].\n\n- one more\n';
  const shownAt = (length: number) =>
    replyLines(text.slice(0, length), { width: 30, style: plain, isGrowing: true, memory: 'PENDING' });
  for (let length = 1; length < text.length; length++) {
    const [before, after] = [shownAt(length), shownAt(length + 1)];
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(after[before.length - 1] ?? '').toMatch(new RegExp(`^${escaped(before.at(-1) ?? '')}`));
  }
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test('no line is wider than it may be, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 8, max: 60 }), (text, width) => {
      const shown = replyLines(text, { width, style: coloured, isGrowing: false, memory: 'INDEXED' });
      for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      expect(stringWidth(cutToWidth(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test('whatever is painted over what, the screen shows the last of it', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(lines, { minLength: 1, maxLength: 12 }), (paintings) => {
      const screen = new TerminalScreen(20, 12);
      screen.write('before\r\n');
      const area = new LiveArea({ rows: 12, write: (text: string) => screen.write(text.replaceAll('\n', '\r\n')) });
      for (const painting of paintings) {
        area.paint(painting);
        expect(screen.text.trimEnd()).toBe(trimmed(['before', ...painting]));
      }
      area.close();
      screen.write('after');
      expect(screen.text).toBe(trimmed(['before', ...(paintings.at(-1) ?? []), 'after']));
    }),
  );
});

const trimmed = (shown: string[]): string =>
  shown
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();

test('words are broken only where they are wider than a line', () => {
  expect(wrapText('a word and incomprehensibilities', { width: 12 })).toEqual([
    'a word and',
    'incomprehens',
    'ibilities',
  ]);
  expect(wrapText('日本語の文', { width: 6 })).toEqual(['日本語', 'の文']);
});

test('nothing that controls a terminal is left, and the beginning of a text stays the beginning', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, at) => {
      const cleaned = cleanText(text);
      expect(Array.from(cleaned).some(isControl)).toBe(false);
      expect(cleaned.startsWith(cleanText(text.slice(0, at)))).toBe(true);
    }),
  );
  expect(cleanText('a\u001b[2Jb\u202ec\td\r\ne')).toBe('a[2Jbc  d\ne');
  expect(cleanLine('a\nb\u0007  c')).toBe('a b c');
});

function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return character !== '\n' && (code < 32 || (code >= 127 && code < 160) || (code >= 0x202a && code <= 0x202e));
}

test('a mistyped word is known by what it is nearest to', () => {
  const names = ['sessions', 'search', 'memory', 'report', 'retry', 'why'];
  expect(nearest('sesions', names)).toBe('sessions');
  expect(nearest('meomry', names)).toBe('memory');
  expect(nearest('mem', names)).toBe('memory');
  expect(nearest('xyzzy', names)).toBeNull();
});

test('times are as short as they are clear', () => {
  const now = new Date('2026-11-22T12:00:00');
  const at = (text: string) => when(new Date(text).toISOString(), now);
  expect(at('2026-11-22T08:52:00')).toBe('08:52');
  expect(at('2026-11-21T23:05:00')).toBe('yesterday 23:05');
  expect(at('2026-09-03T08:00:00')).toBe('3 Sept');
  expect(at('2025-09-03T08:00:00')).toBe('3 Sept 2025');
});
