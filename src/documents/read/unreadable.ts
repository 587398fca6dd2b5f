/** Nothing can be made of a file; the message is a sentence for the viewer, and says nothing of what the file holds. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}
