import { sectionLabels, type WrittenSection, writtenSections } from '../../models/report-parts.ts';

/** The section whose label a line begins with, and what stands behind it. */
export function labelIn(line: string): { label: WrittenSection | null; rest: string } {
  const bare = line.replace(/^[#*_\s]+/, '');
  for (const section of writtenSections) {
    const label = sectionLabels[section];
    if (!bare.toUpperCase().startsWith(label)) continue;
    // The instruction says in brackets how much it may hold, and a model may say so again.
    const rest = bare.slice(label.length).replace(/^[*_#\s]*(?:\([^()]*\)[*_#\s]*)?/, '');
    if (rest === '') return { label: section, rest };
    if (/^[:–—]/.test(rest)) return { label: section, rest: rest.replace(/^[:–—][*_\s]*/, '') };
  }
  return { label: null, rest: line };
}

/** Whether a sentence only says that there is nothing to say: its section says that in our words. */
export const saysNothing = (sentence: string): boolean =>
  !/\[\d/.test(sentence) &&
  /^\W*(?:none\b|nothing\b|n\/?a\b|not (?:mentioned|named|applicable)\b|(?:no|there (?:was|were) no) (?:\w+ ){1,5}(?:was|were)? ?(?:named|mentioned|given|found|described)?\W*$)/i.test(
    sentence,
  );

/** A sentence on one line, without emphasis, its markers as ours are, and with a stop. */
export function tidied(sentence: string): string {
  const text = sentence
    .replaceAll('**', '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(
      /[[【［] ?(\d+(?: ?[,;] ?\d+)*) ?[\]】］]/g,
      (_all, markers: string) =>
        `[${markers
          .split(/ ?[,;] ?/)
          .map(Number)
          .join(', ')}]`,
    )
    .trim();
  return /[.?!…]["”»]?(?: ?\[[\d, ]+\])*$/.test(text) ? text : `${text}.`;
}
