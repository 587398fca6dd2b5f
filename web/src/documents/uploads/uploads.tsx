import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { addDocument } from '../../../../client/apollo/index.ts';
import { DocumentDocument } from '../../../../client/generated/graphql.ts';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { useToasts } from '../../parts/toasts.tsx';
import { type HeldDocuments, useHeldDocuments } from '../attach/held-documents.ts';
import { linkDocuments } from '../attach/link-documents.ts';
import { DropTarget } from './drop-target.tsx';
import type { SentFile, sendFile } from './send-file.ts';
import { createUploadQueue, type Upload, type UploadFor, type UploadQueue } from './upload-queue.ts';
import { useUploadAnnouncements } from './use-upload-announcements.ts';

interface Uploads {
  queue: UploadQueue;
  held: HeldDocuments;
}

const UploadsContext = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = use(UploadsContext);
  if (!uploads) throw new Error('There is no UploadsProvider around this.');
  return uploads;
}

/** Files on their way, of all pages or for one thing. */
export function useUploadList(what?: UploadFor): readonly Upload[] {
  const { queue } = useUploads();
  const all = useSyncExternalStore(queue.subscribe, queue.current);
  return what === undefined ? all : all.filter((upload) => isSame(upload.for, what));
}

const isSame = (one: UploadFor, other: UploadFor): boolean =>
  one === other || (typeof one === 'object' && typeof other === 'object' && one.sessionId === other.sessionId);

/** At the root of the app, so that files go on while the reader moves between its pages. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const client = useApolloClient();
  const held = useHeldDocuments();
  const { show } = useToasts();
  const { announce } = useAnnouncer();
  const { hold } = held;
  const onSent = useCallback(
    async (upload: Upload, { documentId, wasThere }: SentFile) => {
      await showDocument(client, documentId);
      announce(`${upload.file.name} ${wasThere ? 'was there already' : 'is uploaded'}.`);
      if (upload.for === 'new-session') hold(documentId);
      if (typeof upload.for !== 'object') return;
      await linkDocuments(client, upload.for.sessionId, (ids) => [...ids, documentId]).catch(() =>
        show({ text: `${upload.file.name} is among your documents, but not linked to the session.` }),
      );
    },
    [client, hold, show, announce],
  );
  const latest = useRef(onSent);
  useEffect(() => {
    latest.current = onSent;
  }, [onSent]);
  const [queue] = useState(() => createUploadQueue({ send, onSent: (...sent) => latest.current(...sent) }));
  const uploads = useMemo(() => ({ queue, held }), [queue, held]);
  return (
    <UploadsContext value={uploads}>
      {children}
      <OfUploads />
      <DropTarget />
    </UploadsContext>
  );
}

/** What sends is loaded with the first file. */
const send: typeof sendFile = async (...file) => (await import('./send-file.ts')).sendFile(...file);

function OfUploads() {
  const uploads = useUploadList();
  useUploadAnnouncements(uploads);
  useStay(uploads.some(({ state }) => state.is === 'waiting' || state.is === 'sending'));
  return null;
}

/** Has the browser ask before the page is left, with which files on their way would be lost. */
function useStay(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isNeeded]);
}

/** Reads a document that has just come and shows it in the list of all. */
async function showDocument(client: ApolloClient, id: string): Promise<void> {
  // What was stored is stored, whether or not it can be shown at this moment.
  await client
    .query({ query: DocumentDocument, variables: { id, first: 1 }, fetchPolicy: 'network-only' })
    .catch(() => null);
  addDocument(client.cache, id);
}
