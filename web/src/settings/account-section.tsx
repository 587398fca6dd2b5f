import { useSyncExternalStore } from 'react';
import { Button } from '../parts/button.tsx';
import { heldToken, onNewToken, signOut, viewerOf } from '../sign-in/token.ts';
import { Section } from './section.tsx';

/** Only where the server has a login. */
export function AccountSection() {
  const token = useSyncExternalStore(onNewToken, heldToken);
  if (token === null) return null;
  return (
    <Section name="Signed in">
      <p>
        As <b>{viewerOf(token)}</b>. Signing out removes the token, and what you wrote here and did not send, from this
        browser.
      </p>
      <Button onClick={signOut}>Sign out</Button>
    </Section>
  );
}
