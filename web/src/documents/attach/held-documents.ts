import { useCallback, useMemo, useState } from 'react';
import { tabTexts } from '../../parts/stored-texts.ts';

const KEY = 'documents-of-new-session';

/** The documents that were chosen for a session that has not begun. */
export interface HeldDocuments {
  ids: readonly string[];
  hold(...ids: string[]): void;
  letGo(id: string): void;
  clear(): void;
}

/** They stay as the text beside them does when the page is loaded again, in this tab alone. */
export function useHeldDocuments(): HeldDocuments {
  const [ids, setIds] = useState<readonly string[]>(() => idsIn(tabTexts.get(KEY)));
  const change = useCallback((next: (ids: readonly string[]) => readonly string[]) => {
    setIds((ids) => {
      const changed = next(ids);
      tabTexts.set(KEY, changed.join(' '));
      return changed;
    });
  }, []);
  const hold = useCallback((...more: string[]) => change((ids) => [...new Set([...ids, ...more])]), [change]);
  const letGo = useCallback((id: string) => change((ids) => ids.filter((held) => held !== id)), [change]);
  const clear = useCallback(() => change(() => []), [change]);
  return useMemo(() => ({ ids, hold, letGo, clear }), [ids, hold, letGo, clear]);
}

const idsIn = (stored: string | null): string[] => stored?.split(' ').filter(Boolean) ?? [];
