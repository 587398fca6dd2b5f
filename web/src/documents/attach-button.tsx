/** The composer's paper clip: files and documents for a session. @param sessionId null: for the one that is about to begin */
export function AttachButton({ sessionId: _ }: { sessionId: string | null }) {
  return null;
}
