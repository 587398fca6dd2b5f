import { type FormEvent, useId, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { checkToken } from './check-token.ts';
import styles from './sign-in.module.css';
import { heldToken, holdToken, viewerOf } from './token.ts';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function SignInDialog({ onPutOff }: { onPutOff: () => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [wasToken] = useState(heldToken);
  const before = viewerOf(wasToken);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const token = text.trim().replace(/^Bearer\s+/i, '');
    setBusy(true);
    setProblem(null);
    const found = await checkToken(token);
    setBusy(false);
    if (found === null) holdToken(token);
    else setProblem(found);
  }

  const willReplace = before !== null && viewerOf(text.trim()) !== null && viewerOf(text.trim()) !== before;
  return (
    <Sheet label="Sign in" side="centre" onClose={onPutOff}>
      <form className={styles.form} onSubmit={submit}>
        <h2>{wasToken ? 'Sign in again' : 'Sign in'}</h2>
        <p>
          {wasToken
            ? `The server no longer accepts the token of ${before ?? 'this page'}: it may have expired. What you wrote is still here, and goes on once you are signed in.`
            : 'This server wants to know who you are. Whoever runs it can give you a token.'}
        </p>
        <label htmlFor={id}>Token</label>
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          aria-describedby={`${id}-about`}
          aria-invalid={problem !== null}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <p id={`${id}-about`} className={problem ? styles.problem : styles.about} role={problem ? 'alert' : undefined}>
          {problem ??
            (willReplace
              ? `This is another viewer's token: what ${before} wrote here and did not send will be removed.`
              : 'It is kept in this browser until you sign out.')}
        </p>
        <div className={styles.actions}>
          <Button kind="quiet" onClick={onPutOff}>
            Not now
          </Button>
          <Button kind="primary" type="submit" disabled={isBusy}>
            {isBusy ? 'Signing in' : 'Sign in'}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
