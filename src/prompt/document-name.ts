import { contained } from './contained.ts';

/** A longer name would take the room of passages. */
const MAX_UNITS = 80;
/** What tells files apart is often at the end. */
const END_UNITS = 20;

/** A file's name as it may stand in a prompt or a reply: on one line, without quotation marks or a [n]. */
export function documentName(filename: string): string {
  const name = contained(filename);
  if (name.length <= MAX_UNITS) return name;
  const beginning = name.slice(0, MAX_UNITS - END_UNITS - 1);
  return `${whole(beginning)}…${whole(name.slice(-END_UNITS))}`;
}

/** Without the halves of characters that cutting left at the ends. */
const whole = (cut: string) => cut.toWellFormed().replace(/^\uFFFD|\uFFFD$/g, '');
