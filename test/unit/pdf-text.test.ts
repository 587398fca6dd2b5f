import { expect, test } from 'vitest';
import { type PdfPiece, pdfText } from '../../src/documents/read/pdf-text.ts';

const HEIGHT = 12;
const line = (text: string, y: number, { height = HEIGHT, x = 72 } = {}): PdfPiece => ({
  ...{ text, x, y, height },
  width: text.length * 0.5 * height,
});
const gap = (width: number, y: number): PdfPiece => ({ text: ' ', x: 0, y, width, height: 0 });

const FULL = 'a line that goes from one end of the page to the other, as all of these';

test('wrapped lines are a paragraph, and a larger gap begins the next', () => {
  const pieces = [line(FULL, 700), line('and ends here.', 686), line('The next one.', 660)];
  expect(pdfText(pieces)).toBe(`${FULL} and ends here.\n\nThe next one.`);
});

test('a short line is not joined to what follows it', () => {
  expect(pdfText([line('Dear Clara,', 700), line(FULL, 686)])).toBe(`Dear Clara,\n${FULL}`);
});

test('a word hyphenated at the end of a line is put together, and one that is spelled so is not', () => {
  expect(pdfText([line(`${FULL} exam-`, 700), line('ple.', 686)])).toBe(`${FULL} example.`);
  expect(pdfText([line(`${FULL} Jean-`, 700), line('Luc.', 686)])).toBe(`${FULL} Jean- Luc.`);
});

test('list items are lines, and the columns of a table are told apart', () => {
  expect(pdfText([line(`• ${FULL}`, 700), line('• Two', 686)])).toBe(`• ${FULL}\n• Two`);
  const row = (y: number, ...cells: string[]) => cells.flatMap((cell) => [line(cell, y), gap(80, y)]);
  expect(pdfText([...row(700, 'Month', 'Runs'), ...row(682, 'July', '4')])).toBe('Month | Runs\nJuly | 4');
});

test('what is set larger is a heading', () => {
  expect(pdfText([line('Values', 700, { height: 16 }), line(FULL, 676)])).toBe(`# Values\n\n${FULL}`);
});

test('a page without letters has no text', () => {
  expect(pdfText([])).toBe('');
  expect(pdfText([gap(10, 700)])).toBe('');
});
