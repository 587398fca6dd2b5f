import { useApolloClient } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { useSessionDocumentsQuery } from '../../../../client/generated/hooks.ts';
import { useToasts } from '../../parts/toasts.tsx';
import { useUploadList, useUploads } from '../uploads/uploads.tsx';
import { AttachedChips } from './attached-chips.tsx';
import { linkDocuments } from './link-documents.ts';

export interface Attachments {
  /** Of a session: what it is linked to. Of one that has not begun: what was chosen, for `newSession.documentIds`. */
  documentIds: readonly string[];
  /** Whether a file for it is on its way. */
  isUploading: boolean;
  /** To be shown above the composer. */
  chips: ReactNode;
  add(documentId: string): void;
  remove(documentId: string): void;
  /** Forgets what was chosen for a session that has not begun; once it has, that is its own. */
  clear(): void;
}

/** The documents that answers may draw on. @param sessionId null: of the session that is about to begin */
export function useAttachments(sessionId: string | null): Attachments {
  const client = useApolloClient();
  const { show } = useToasts();
  const { held } = useUploads();
  const uploads = useUploadList(sessionId === null ? 'new-session' : { sessionId });
  // The conversation asks for them, and hears of changes.
  const { data } = useSessionDocumentsQuery({
    variables: { id: sessionId ?? '' },
    fetchPolicy: sessionId === null ? 'standby' : 'cache-only',
  });
  const linked = data?.chatSession?.documents.map(({ id }) => id) ?? [];
  const documentIds = sessionId === null ? held.ids : linked;

  const change = (next: (ids: readonly string[]) => readonly string[]) => {
    if (sessionId === null) return;
    linkDocuments(client, sessionId, next).catch(() => show({ text: 'The documents of this session did not change.' }));
  };
  const add = (id: string) => (sessionId === null ? held.hold(id) : change((ids) => [...ids, id]));
  const remove = (id: string) =>
    sessionId === null ? held.letGo(id) : change((ids) => ids.filter((linkedId) => linkedId !== id));

  return {
    documentIds,
    isUploading: uploads.some(({ state }) => state.is === 'waiting' || state.is === 'sending'),
    chips: <AttachedChips documentIds={documentIds} uploads={uploads} onRemove={remove} />,
    add,
    remove,
    clear: held.clear,
  };
}
