import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** Colours of the terminal's own theme. Red is memory and what comes from it, and nothing else is red. */
export interface Style {
  /** Memory, citations. */
  thread: Paint;
  strong: Paint;
  emphasis: Paint;
  code: Paint;
  quiet: Paint;
  warn: Paint;
  good: Paint;
  documents: Paint;
  recent: Paint;
}

export function createStyle(isColoured: boolean): Style {
  const paint =
    (...format: Parameters<typeof styleText>[0][]): Paint =>
    (text) =>
      isColoured && text !== '' ? format.reduce<string>((styled, each) => styleText(each, styled, ALWAYS), text) : text;
  return {
    thread: paint('red'),
    strong: paint('bold'),
    emphasis: paint('italic'),
    code: paint('cyan'),
    quiet: paint('dim'),
    warn: paint('yellow'),
    good: paint('green'),
    documents: paint('blue'),
    recent: paint('cyan'),
  };
}

/** Whether the stream shows colours was decided before. */
const ALWAYS = { validateStream: false };
