import { useSyncExternalStore } from 'react';
import { browserTexts } from '../parts/stored-texts.ts';

export interface Preferences {
  /** Read by /theme.js too, before the first paint. */
  theme: 'system' | 'light' | 'dark';
  /** Whether keys alone, without Ctrl or Alt, do something: they are in the way of those who speak to their machine. */
  singleKeys: boolean;
  /** Whether each finished paragraph of a reply is read out, and not the whole at its end. */
  announceParagraphs: boolean;
}

const DEFAULTS: Preferences = { theme: 'system', singleKeys: true, announceParagraphs: false };

const listeners = new Set<() => void>();
let current = read();

export const preferences = (): Preferences => current;

export const usePreferences = (): Preferences => useSyncExternalStore(listen, preferences);

/** Kept in this browser, for all tabs. */
export function prefer<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  if (value === DEFAULTS[name]) browserTexts.remove(name);
  else browserTexts.set(name, String(value));
  reread();
}

function reread(): void {
  current = read();
  if (current.theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
  for (const listener of listeners) listener();
}

function listen(changed: () => void): () => void {
  if (listeners.size === 0) addEventListener('storage', reread);
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) removeEventListener('storage', reread);
  };
}

function read(): Preferences {
  const theme = browserTexts.get('theme');
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : DEFAULTS.theme,
    singleKeys: browserTexts.get('singleKeys') !== 'false',
    announceParagraphs: browserTexts.get('announceParagraphs') === 'true',
  };
}
