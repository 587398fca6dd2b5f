/** What is searched of a chunk. Where more people than the viewer speak, who spoke is among the words, as in a transcript. */
export const spokenText = (text: string, speaker: string | null): string =>
  speaker === null ? text : `${speaker}: ${text}`;
