import type { Auth } from '../../../client/apollo/auth.ts';
import { heldToken, onNewToken } from './token.ts';

let pending: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** How the app shows who its viewer is. */
export const auth: Auth = { token: heldToken, refresh: signInAgain };

/**
 * Settles once there is another token: what was refused waits for it, and is then asked again, so that nothing that was
 * written is lost. Also for what is asked beside GraphQL, after an answer of 401.
 */
export function signInAgain(): Promise<void> {
  pending ??= new Promise((resolve) => {
    const leave = onNewToken(() => {
      leave();
      pending = null;
      tell();
      resolve();
    });
  });
  tell();
  return pending;
}

/** Whether the server has refused what it was shown. */
export const isSignInNeeded = (): boolean => pending !== null;

export function onSignInNeeded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
