import { navigate, useHistoryState, useLocationProperty, useSearch } from 'wouter/use-browser-location';
import { type Draft, draftOf, type WhyState, wasOpenedHere } from './why-state.ts';

/** In place of a message: what would be sent, were the draft sent now. */
const DRAFT = 'draft';

export interface Why {
  /** The reply that is explained; null where none is. */
  messageId: string | null;
  /** The n of the citation it was asked by. */
  marker: number | null;
  /** What is not sent yet and explained all the same. */
  draft: Draft | null;
  open(messageId: string, marker?: number): void;
  close(): void;
}

/** What the panel shows is in the address, so that it can be reloaded, shared, and closed by Back. */
export function useWhy(): Why {
  const asked = new URLSearchParams(useSearch());
  const draft = draftOf(useHistoryState());
  const why = asked.get('why');
  const marker = Number(asked.get('source') ?? Number.NaN);
  return {
    messageId: why === DRAFT ? null : why,
    marker: Number.isInteger(marker) ? marker : null,
    draft: why === DRAFT ? draft : null,
    open: openWhy,
    close: closeWhy,
  };
}

/** Whether the panel explains this reply. Whoever asks renders anew when that changes, and not with every address. */
export const useIsExplained = (messageId: string): boolean =>
  useLocationProperty(() => location.search.includes(`why=${messageId}`));

/** Where the focus goes once the panel is closed. */
let opener: Element | null = null;

export function openWhy(messageId: string, marker?: number): void {
  show({ why: messageId, ...(marker !== undefined && { source: String(marker) }) }, {});
}

export const openDraft = (draft: Draft): void => show({ why: DRAFT }, { draft });

function show(asked: Record<string, string>, state: WhyState): void {
  const isOpen = new URLSearchParams(location.search).has('why');
  if (!document.activeElement?.closest('[data-panel]')) opener = document.activeElement;
  const isOpenedHere = isOpen ? wasOpenedHere(history.state) : true;
  navigate(address(asked), { replace: isOpen, state: { ...state, isOpenedHere } });
}

/** As Back does, so that Back does not open it again. */
export function closeWhy(): void {
  if (wasOpenedHere(history.state)) history.back();
  else navigate(address({}), { replace: true });
}

/** Gives the focus back to what opened the panel, or after a reload to what would have. */
export function returnFocus(messageId: string | null): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body) return;
  const to = opener?.isConnected ? opener : document.getElementById(`why-${messageId}`);
  if (to instanceof HTMLElement) to.focus({ preventScroll: true });
}

/** The reader goes elsewhere from here. */
export function leaveWhy(): void {
  opener = null;
}

function address(asked: Record<string, string>): string {
  const search = new URLSearchParams(location.search);
  for (const name of ['why', 'source']) search.delete(name);
  for (const [name, value] of Object.entries(asked)) search.set(name, value);
  return search.size > 0 ? `${location.pathname}?${search}` : location.pathname;
}
