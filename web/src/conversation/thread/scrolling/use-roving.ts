import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect } from 'react';
import { preferences } from '../../../settings/preferences.ts';

interface Keys {
  explain(messageId: string): void;
  copy(messageId: string): void;
  retry(messageId: string): void;
}

/**
 * One stop for Tab among all messages, moved by the arrow keys. The attribute is set by hand: a thread of thousands need not
 * render because the focus moves.
 */
export function useRoving(list: RefObject<HTMLElement | null>, keys: Keys) {
  useEffect(() => {
    if (list.current?.querySelector('article[tabindex="0"]')) return;
    messagesIn(list.current).at(-1)?.setAttribute('tabindex', '0');
  });

  function onFocus({ target }: FocusEvent<HTMLElement>): void {
    const message = target.closest('article');
    if (!message || message.tabIndex === 0) return;
    for (const each of list.current?.querySelectorAll('article[tabindex="0"]') ?? [])
      each.setAttribute('tabindex', '-1');
    message.tabIndex = 0;
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (!(target instanceof HTMLElement) || target.tagName !== 'ARTICLE' || ctrlKey || metaKey || altKey) return;
    const messageId = target.dataset.id;
    const next = nextOf(messagesIn(list.current), target, key);
    if (next) next.focus();
    else if (messageId === undefined) return;
    else if (key === 'Enter') keys.explain(messageId);
    else if (!preferences().singleKeys) return;
    else if (key.toLowerCase() === 'c') keys.copy(messageId);
    else if (key.toLowerCase() === 'r') keys.retry(messageId);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { onFocus, onKeyDown };
}

const messagesIn = (list: HTMLElement | null): HTMLElement[] => [...(list?.querySelectorAll('article') ?? [])];

function nextOf(all: readonly HTMLElement[], current: HTMLElement, key: string): HTMLElement | undefined {
  const at = all.indexOf(current);
  switch (key) {
    case 'ArrowDown':
      return all[at + 1] ?? current;
    case 'ArrowUp':
      return all[at - 1] ?? current;
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      return undefined;
  }
}
