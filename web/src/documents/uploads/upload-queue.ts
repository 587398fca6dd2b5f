import { NotSent } from './not-sent.ts';
import type { SentFile, sendFile } from './send-file.ts';

/** The server takes four of a viewer at a time, from all of their tabs. */
const AT_ONCE = 2;
/** How often a file that the server has no place for is sent again, without being asked to. */
const MAX_WAITS = 5;

/** What a file is for, besides being among the documents: a session, or the one that is about to begin. */
export type UploadFor = 'library' | 'new-session' | { sessionId: string };

export type UploadState =
  | { is: 'waiting'; reason?: string }
  /** `part`: from 0 to 1. */
  | { is: 'sending'; part: number }
  | { is: 'there'; documentId: string }
  | { is: 'failed'; reason: string; canRetry: boolean };

export interface Upload {
  id: number;
  file: File;
  for: UploadFor;
  state: UploadState;
}

export interface UploadQueue {
  add(files: readonly File[], what: UploadFor): void;
  /** Stops it, or takes it out of the list. */
  drop(id: number): void;
  retry(id: number): void;
  /** A new array with each change. */
  current(): readonly Upload[];
  subscribe(changed: () => void): () => void;
}

interface Ways {
  send: typeof sendFile;
  /** Called once the server has a file, before it leaves the list. */
  onSent: (upload: Upload, sent: SentFile) => Promise<void>;
}

/**
 * Files on their way, a few at a time. What the server has leaves the list, but for a file that was there already, which is
 * worth a word.
 */
export function createUploadQueue({ send, onSent }: Ways): UploadQueue {
  let uploads: readonly Upload[] = [];
  let lastId = 0;
  const running = new Map<number, AbortController>();
  const listeners = new Set<() => void>();

  function set(next: readonly Upload[]): void {
    uploads = next;
    for (const changed of listeners) changed();
  }
  const setState = (id: number, state: UploadState) =>
    set(uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)));

  function startNext(): void {
    const next = uploads.find(({ id, state }) => state.is === 'waiting' && !running.has(id));
    if (!next || running.size >= AT_ONCE) return;
    const aborter = new AbortController();
    running.set(next.id, aborter);
    void run(next, aborter.signal).finally(() => {
      running.delete(next.id);
      startNext();
    });
    startNext();
  }

  async function run(upload: Upload, signal: AbortSignal, waits = 0): Promise<void> {
    const { id, file } = upload;
    setState(id, { is: 'sending', part: 0 });
    try {
      const sent = await send(file, { signal, onProgress: (part) => setState(id, { is: 'sending', part }) });
      await onSent(upload, sent);
      if (sent.wasThere) setState(id, { is: 'there', documentId: sent.documentId });
      else set(uploads.filter((each) => each.id !== id));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof NotSent)) throw error;
      if (error.retryAfterMs === null || waits >= MAX_WAITS) {
        return setState(id, { is: 'failed', reason: error.message, canRetry: error.canRetry });
      }
      setState(id, { is: 'waiting', reason: error.message });
      await pause(error.retryAfterMs, signal);
      if (!signal.aborted) return run(upload, signal, waits + 1);
    }
  }

  return {
    add(files, what) {
      const added = files.map((file): Upload => ({ id: ++lastId, file, for: what, state: { is: 'waiting' } }));
      set([...uploads, ...added]);
      startNext();
    },
    drop(id) {
      set(uploads.filter((upload) => upload.id !== id));
      running.get(id)?.abort();
    },
    retry(id) {
      setState(id, { is: 'waiting' });
      startNext();
    },
    current: () => uploads,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
