/** The address of a passage in its document. @param position from 0 */
export const placeOfPassage = (documentId: string, position: number): string =>
  `/documents?open=${documentId}&passage=${position}`;
