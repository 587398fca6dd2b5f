import { browserTexts } from '../parts/stored-texts.ts';
import { ERASED, forgetTexts } from './forget-texts.ts';

/**
 * Kept for all tabs, and for longer than one of them lives: a second tab is the same viewer, whom nobody wants to ask again,
 * and signing out, or in as somebody else, in one tab must not leave another behind. A script that could read it could as well
 * use the session of the tab it is in; what keeps such scripts out is the content security policy.
 */
const KEY = 'token';

const listeners = new Set<() => void>();

export const heldToken = (): string | null => browserTexts.get(KEY);

/** Calls back when another token of the same viewer is held. */
export function onNewToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Signs in. A page that was another viewer's begins anew, and with it everything that was fetched for them. */
export function holdToken(token: string): void {
  const before = viewerOf(heldToken());
  const isAnother = before !== null && before !== viewerOf(token);
  if (isAnother) forgetAll();
  browserTexts.set(KEY, token);
  if (isAnother) location.assign('/');
  else for (const listener of listeners) listener();
}

/** What was written and not sent goes too: the next one here may be somebody else. */
export function signOut(): void {
  browserTexts.remove(KEY);
  forgetAll();
  location.assign('/');
}

/** What is being written is kept as a page goes, and must not be then. */
function forgetAll(): void {
  forgetTexts();
  addEventListener('pagehide', forgetTexts);
}

/** Whom a token names; whether it is true, the server says. Null for what is no token. */
export function viewerOf(token: string | null): string | null {
  const [, claims = ''] = token?.split('.') ?? [];
  try {
    const bytes = Uint8Array.from(atob(claims.replace(/-/g, '+').replace(/_/g, '/')), (byte) => byte.charCodeAt(0));
    const { sub }: { sub?: unknown } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}

/** What is done in another tab: a new token of the same viewer is used at once; another viewer, or an erasure, begins anew. */
export function followOtherTabs(): void {
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    const isAnother = newValue === null || (oldValue !== null && viewerOf(oldValue) !== viewerOf(newValue));
    if ((key === KEY && isAnother) || (key === ERASED && newValue !== null)) {
      addEventListener('pagehide', forgetTexts);
      location.assign('/');
    } else if (key === KEY) for (const listener of listeners) listener();
  });
}
