import { createContext, type ReactNode, use, useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Drafts, Place } from './drafts.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import type { Refusal } from './verdict.ts';

interface SendingValue {
  outbox: Outbox;
  drafts: Drafts;
}

const SendingContext = createContext<SendingValue | null>(null);

/** What is written here and on its way, for all pages below. */
export function Sending({ value, children }: { value: SendingValue; children: ReactNode }) {
  return <SendingContext value={value}>{children}</SendingContext>;
}

export function useDrafts(): Drafts {
  return useSending().drafts;
}

function useSending(): SendingValue {
  const sending = use(SendingContext);
  if (!sending) throw new Error('There is no <Sending> above.');
  return sending;
}

export function useOutbox(): Outbox {
  return useSending().outbox;
}

/** The messages on their way in one session, or to a new one. */
export function useOutgoing(sessionId: string | null): readonly Outgoing[] {
  const outbox = useOutbox();
  const all = useSyncExternalStore(outbox.subscribe, () => outbox.entries);
  return useMemo(
    () => all.filter((entry) => entry.sessionId === sessionId || entry.answer?.session.id === sessionId),
    [all, sessionId],
  );
}

export function useRefusal(place: Place): Refusal | undefined {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, () => outbox.refusals).get(place);
}

/** What stands in the field of a place, and what changes it. */
export function useDraft(place: Place): [string, (text: string) => void] {
  const { drafts } = useSending();
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.get(place));
  return [text, useCallback((changed: string) => drafts.set(place, changed), [drafts, place])];
}
