const MOST = 6;

/** The known tags that what is written may become, those that begin so first; none that the session has. */
export function suggestTags(text: string, known: readonly string[], has: readonly string[]): string[] {
  const written = text.trim().replace(/^#/, '').toLowerCase();
  const begins = (tag: string) => tag.toLowerCase().startsWith(written);
  const fits = known.filter((tag) => !has.includes(tag) && tag.toLowerCase().includes(written));
  return [...fits.filter(begins), ...fits.filter((tag) => !begins(tag))].slice(0, MOST);
}
