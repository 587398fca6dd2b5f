import { Square, SquareCheck } from 'lucide-react';
import { lexer, type Token, type Tokens } from 'marked';
import { Fragment, memo, type ReactNode } from 'react';

/** What stands in the text for the source [n]. */
export type Cite = (marker: number) => ReactNode;

/**
 * Markdown as elements, never as a string of HTML: raw HTML stays text, images are not loaded (their addresses could carry words
 * away), links lead to http, https and mailto alone. A block whose source has not changed is not rendered again, so that a
 * reply costs what is new in it.
 */
export const Markdown = memo(({ text, cite }: { text: string; cite: Cite }) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a block is known by its place, text only ever grows at the end
  lexer(text).map((token, at) => <Block key={at} token={token} cite={cite} />),
);

const Block = memo(
  ({ token, cite }: { token: Token; cite: Cite }) => block(token, cite),
  (before, after) => before.token.raw === after.token.raw && before.cite === after.cite,
);

// The lexer's type of a token leaves its kinds open for extensions; without any, these are all there are.
type Known =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.List
  | Tokens.Blockquote
  | Tokens.Code
  | Tokens.Hr
  | Tokens.Space
  | Tokens.Def
  | Tokens.Table
  | Tokens.Checkbox
  | Tokens.Strong
  | Tokens.Em
  | Tokens.Del
  | Tokens.Codespan
  | Tokens.Br
  | Tokens.Link
  | Tokens.Image
  | Tokens.Text
  | Tokens.Escape
  | Tokens.HTML;
const known = (token: Token): Known => token as Known;

function block(token: Token, cite: Cite): ReactNode {
  const it = known(token);
  switch (it.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return heading(it, cite);
    case 'paragraph':
      return <p dir="auto">{inline(it.tokens, cite)}</p>;
    case 'list':
      return list(it, cite);
    case 'blockquote':
      return <blockquote>{blocks(it.tokens, cite)}</blockquote>;
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keys
        <pre tabIndex={0}>
          <code>{it.text}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'table':
      return table(it, cite);
    case 'checkbox':
      return checkbox(it);
    case 'text':
      return 'tokens' in it && it.tokens ? inline(it.tokens, cite) : cited(it.text, cite);
    default:
      return <p>{it.raw}</p>;
  }
}

// biome-ignore-start lint/suspicious/noArrayIndexKey: what stands in a text is known by its place
const blocks = (tokens: readonly Token[], cite: Cite): ReactNode =>
  tokens.map((token, at) => <Fragment key={at}>{block(token, cite)}</Fragment>);

const inline = (tokens: readonly Token[], cite: Cite): ReactNode =>
  tokens.map((token, at) => <Fragment key={at}>{span(token, cite)}</Fragment>);

const list = ({ ordered, start, items }: Tokens.List, cite: Cite): ReactNode => {
  const lines = items.map(({ tokens, task }, at) => (
    <li key={at} data-task={task || undefined}>
      {blocks(tokens, cite)}
    </li>
  ));
  if (!ordered) return <ul dir="auto">{lines}</ul>;
  return (
    <ol dir="auto" start={Number(start)}>
      {lines}
    </ol>
  );
};

const table = ({ header, rows }: Tokens.Table, cite: Cite): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keys
  <div data-scrolls tabIndex={0}>
    <table>
      <thead>
        <tr>
          {header.map(({ tokens, align }, at) => (
            <th key={at} dir="auto" align={align ?? undefined}>
              {inline(tokens, cite)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, line) => (
          <tr key={line}>
            {row.map(({ tokens, align }, at) => (
              <td key={at} dir="auto" align={align ?? undefined}>
                {inline(tokens, cite)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const cited = (text: string, cite: Cite): ReactNode =>
  text.split(/(\[\d{1,3}(?:, \d{1,3})*\])/).map((part, at) => {
    const [, markers] = /^\[([\d, ]+)\]$/.exec(part) ?? [];
    const each = markers?.split(', ').map((marker) => <Fragment key={marker}>{cite(Number(marker))}</Fragment>);
    return <Fragment key={at}>{each ?? part}</Fragment>;
  });
// biome-ignore-end lint/suspicious/noArrayIndexKey: above

/** Below the headings of the page, which are the session's and the messages'. */
function heading({ depth, tokens }: Tokens.Heading, cite: Cite): ReactNode {
  const Level = (['h3', 'h4', 'h5'] as const)[Math.min(depth, 3) - 1] ?? 'h5';
  return <Level dir="auto">{inline(tokens, cite)}</Level>;
}

function checkbox({ checked }: Tokens.Checkbox): ReactNode {
  const Box = checked ? SquareCheck : Square;
  return <Box size={16} role="img" aria-label={checked ? 'Done:' : 'To do:'} />;
}

function span(token: Token, cite: Cite): ReactNode {
  const it = known(token);
  switch (it.type) {
    case 'strong':
      return <strong>{inline(it.tokens, cite)}</strong>;
    case 'em':
      return <em>{inline(it.tokens, cite)}</em>;
    case 'del':
      return <del>{inline(it.tokens, cite)}</del>;
    case 'codespan':
      return <code>{it.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return isSafe(it.href) ? (
        <a href={it.href} target="_blank" rel="noreferrer noopener">
          {inline(it.tokens, cite)}
        </a>
      ) : (
        inline(it.tokens, cite)
      );
    case 'checkbox':
      return checkbox(it);
    case 'image':
      return it.text;
    case 'escape':
      return it.text;
    case 'text':
      return 'tokens' in it && it.tokens ? inline(it.tokens, cite) : cited(it.text, cite);
    default:
      return cited(it.raw, cite);
  }
}

const isSafe = (href: string): boolean => /^(https?:|mailto:)/i.test(href);
