import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useCallback, useRef, useState } from 'react';

export type Saving = { state: 'rest' | 'saving' | 'saved' } | { state: 'failed'; why: string };

/** What to tell of an attempt to change something, where it was made. */
export function useSave(): [Saving, (attempt: () => Promise<unknown>) => Promise<boolean>] {
  const [saving, setSaving] = useState<Saving>({ state: 'rest' });
  const newest = useRef(0);
  const save = useCallback(async (attempt: () => Promise<unknown>) => {
    newest.current += 1;
    const mine = newest.current;
    const tell = (told: Saving) => mine === newest.current && setSaving(told);
    tell({ state: 'saving' });
    try {
      await attempt();
      tell({ state: 'saved' });
      return true;
    } catch (error) {
      tell({ state: 'failed', why: messageOf(error) });
      return false;
    }
  }, []);
  return [saving, save];
}

/** What the server says of an error, for a person. */
export function messageOf(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0]?.message ?? 'The server refused it.';
  return 'The server does not answer.';
}
