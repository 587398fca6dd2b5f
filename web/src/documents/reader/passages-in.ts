export interface Chunk {
  id: string;
  position: number;
  /** Where it begins in the document's text, in UTF-16 units. */
  start: number;
  text: string;
}

export interface Passage extends Chunk {
  /** What stands between it and the one before. */
  before: string;
}

/**
 * @param text a part of the document's text
 * @param from where it begins
 */
export function passagesIn(chunks: readonly Chunk[], text: string, from: number): Passage[] {
  return chunks.map((chunk, at) => {
    const previous = chunks[at - 1];
    if (!previous) return { ...chunk, before: '' };
    const end = previous.start + previous.text.length;
    const isKnown = chunk.start - from <= text.length;
    return { ...chunk, before: isKnown ? calm(text.slice(end - from, chunk.start - from)) : '\n\n' };
  });
}

/** However many lines were left free, one is shown. */
const calm = (space: string): string => space.replace(/[^\S\n]*\n(\s*\n)+/g, '\n\n');
