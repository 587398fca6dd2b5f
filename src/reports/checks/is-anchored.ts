import { contentStems } from '../../models/offline/content-stems.ts';
import { isEnglish } from '../../models/offline/readable.ts';
import type { CheckedSource } from './given.ts';

/** What a report says of any message: that it was written, wished for, done. */
const TOLD = contentStems(
  'named wrote written said told spoke mentioned described noted reported asked wanted planned decided goal goals commitment plan period message session document passage obstacle change',
);

/** A capital inside a sentence. */
const NAME = /(?<=[\p{Ll}\p{N},;:)] )\p{Lu}[\p{L}\p{M}]+/gu;
const NO_NAME =
  /^(?:AI|CV|OK|TV|PC|English|You|Your|January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun))$/;

/**
 * Whether a statement speaks of what it cites: it has a content word of it and no name that it does not have. What is
 * written in another language than a report shares no words with it.
 *
 * @param said without quotations, which are checked by themselves
 */
export function isAnchored(said: string, cited: readonly CheckedSource[], quotes: boolean): boolean {
  const source = cited.map(({ text, filename }) => `${filename ?? ''} ${text}`).join('\n');
  const lower = source.toLowerCase();
  const names = (said.match(NAME) ?? []).filter((name) => !NO_NAME.test(name));
  if (!names.every((name) => lower.includes(name.toLowerCase()))) return false;
  if (quotes || names.length > 0 || !cited.every(({ text }) => isEnglish(text))) return true;
  const stems = [...contentStems(said)].filter((stem) => !TOLD.has(stem));
  const known = contentStems(source);
  return stems.length === 0 || stems.some((stem) => known.has(stem));
}
