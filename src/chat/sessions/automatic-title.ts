const MAX_UNITS = 60;

/** The first words of a session's first message, as its title until it has a better one. */
export function automaticTitle(content: string): string {
  const line = content.trim().replace(/\s+/gu, ' ');
  if (line.length <= MAX_UNITS) return line;
  const cut = line.slice(0, MAX_UNITS);
  const words = cut.slice(0, cut.lastIndexOf(' ') + 1).trim() || cut;
  return `${words.toWellFormed().replace(/[\uFFFD\s,;:.–—-]+$/u, '')}…`;
}
