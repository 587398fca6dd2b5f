import { compile, type FormatCallback } from 'html-to-text';

/** So that a heading can be told from a sentence, as in Markdown. */
const heading: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addInline(`${'#'.repeat(Number(element.name?.slice(1)))} `);
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

const row: FormatCallback = (element, walk, builder) => {
  const cells = (element.children ?? []).filter(({ name }) => name === 'td' || name === 'th');
  builder.openBlock({ leadingLineBreaks: 1 });
  for (const [at, cell] of cells.entries()) {
    if (at > 0) builder.addInline(' | ');
    walk(cell.children, builder);
  }
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const inline = (...names: string[]) => names.map((selector) => ({ selector, format: 'inline' }));
const skipped = (...names: string[]) => names.map((selector) => ({ selector, format: 'skip' }));

const convert = compile({
  wordwrap: false,
  formatters: { markedHeading: heading, row },
  limits: { maxInputLength: undefined },
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'markedHeading' })),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'p', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'tr', format: 'row' },
    // A cell with paragraphs is still one cell of its row.
    ...inline('td > p', 'th > p', 'li > p', 'td > div', 'th > div'),
    ...skipped('img', 'hr', 'nav', 'script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'select'),
    ...skipped('button', 'head'),
  ],
});

/**
 * The words of a page: headings as in Markdown, list items and table rows as lines; without scripts, styles, navigation
 * and the addresses of links.
 */
export const readHtml = (html: string): string => convert(html).trim();
