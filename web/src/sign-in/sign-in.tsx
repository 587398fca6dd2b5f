import { KeyRound } from 'lucide-react';
import { Suspense, useState, useSyncExternalStore } from 'react';
import { lazily } from '../parts/lazily.ts';
import { isSignInNeeded, onSignInNeeded } from './auth.ts';
import styles from './sign-in.module.css';

// Most servers have one viewer, and most viewers a token that is good.
const SignInDialog = lazily(() => import('./sign-in-dialog.tsx'));

/** Over the page when the server refused what it was shown. The page stays as it is, and goes on after. */
export function SignIn() {
  const isNeeded = useSyncExternalStore(onSignInNeeded, isSignInNeeded);
  const [isPutOff, setPutOff] = useState(false);
  if (!isNeeded) return null;
  if (!isPutOff) {
    return (
      <Suspense fallback={null}>
        <SignInDialog onPutOff={() => setPutOff(true)} />
      </Suspense>
    );
  }
  return (
    <aside className={styles.strip} aria-label="Signed out">
      <KeyRound size={16} aria-hidden="true" />
      <span>You are signed out. What you wrote is still here.</span>
      <button type="button" onClick={() => setPutOff(false)}>
        Sign in
      </button>
    </aside>
  );
}
