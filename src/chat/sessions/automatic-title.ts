/** Of a session without a first message. */
export const UNTITLED = 'New session';

const MAX_UNITS = 60;

/** Controls, and what turns the direction of all that follows in a list. */
const CONTROLS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;

/** The first words of a session's first message, as its title until it has a better one. */
export function automaticTitle(content: string): string {
  const line = content.replace(CONTROLS, ' ').replace(/\s+/gu, ' ').trim();
  if (line.length <= MAX_UNITS) return line;
  const cut = line.slice(0, MAX_UNITS);
  const words = cut.slice(0, cut.lastIndexOf(' ') + 1).trim() || cut;
  return `${words.toWellFormed().replace(/[\uFFFD\s,;:.–—-]+$/u, '')}…`;
}
