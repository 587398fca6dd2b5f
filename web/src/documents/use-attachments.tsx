import type { ReactNode } from 'react';

interface Attachments {
  /** Of a session: what it is linked to. Of one that has not begun: what was chosen, for `newSession.documentIds`. */
  documentIds: readonly string[];
  /** To be shown above the composer. */
  chips: ReactNode;
  /** Forgets what was chosen for a session that has not begun; once it has, that is its own. */
  clear(): void;
}

const NONE: Attachments = { documentIds: [], chips: null, clear: () => undefined };

/** The documents that answers may draw on. @param sessionId null: of the session that is about to begin */
export function useAttachments(_sessionId: string | null): Attachments {
  return NONE;
}
