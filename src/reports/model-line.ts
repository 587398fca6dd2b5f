import { sectionLabels, type WrittenSection, writtenSections } from '../models/report-parts.ts';

/** The section whose label a line begins with, and what stands behind it. */
export function labelIn(line: string): { label: WrittenSection | null; rest: string } {
  const bare = line.replace(/^[#*_\s]+/, '');
  for (const section of writtenSections) {
    const label = sectionLabels[section];
    if (!bare.toUpperCase().startsWith(label)) continue;
    const rest = bare.slice(label.length).replace(/^[*_#\s]*/, '');
    if (rest === '') return { label: section, rest };
    if (rest.startsWith(':')) return { label: section, rest: rest.replace(/^:[*_\s]*/, '') };
  }
  return { label: null, rest: line };
}

/** A sentence on one line, without emphasis, its markers as ours are, and with a stop. */
export function tidied(sentence: string): string {
  const text = sentence
    .replaceAll('**', '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(
      /\[ ?(\d+(?: ?, ?\d+)*) ?\]/g,
      (_all, markers: string) => `[${markers.split(/ ?, ?/).map(Number).join(', ')}]`,
    )
    .trim();
  return /[.?!…]["”»]?(?: ?\[[\d, ]+\])*$/.test(text) ? text : `${text}.`;
}
