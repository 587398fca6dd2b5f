import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

interface Why {
  /** The reply that is explained, if any. */
  messageId: string | null;
  /** The n of the citation it was asked by. */
  marker: number | null;
  open(messageId: string, marker?: number): void;
  close(): void;
}

/** What the panel shows is in the address, so that it can be reloaded, shared, and closed by Back. */
export function useWhy(): Why {
  const [search, setSearch] = useSearchParams();
  const open = useCallback(
    (messageId: string, marker?: number) =>
      setSearch({ why: messageId, ...(marker !== undefined && { source: String(marker) }) }),
    [setSearch],
  );
  const close = useCallback(() => setSearch({}), [setSearch]);
  const marker = search.get('source');
  return { messageId: search.get('why'), marker: marker === null ? null : Number(marker), open, close };
}
