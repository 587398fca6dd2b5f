import { CloudOff, WifiOff } from 'lucide-react';
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { Connection } from './connection.ts';
import styles from './connection-strip.module.css';

const ConnectionContext = createContext<Connection | null>(null);
export const ConnectionProvider = ConnectionContext;

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error('There is no <ConnectionProvider> above.');
  return connection;
}

/** Above what scrolls, while the server cannot be reached: for the `banner` of a page. */
export function ConnectionStrip() {
  const connection = useConnection();
  const state = useSyncExternalStore(connection.subscribe, () => connection.state);
  // A live region speaks only of what changes in it, so it is there before there is anything to say.
  return (
    <div role="status" className={styles.place}>
      {state.kind === 'OFFLINE' && (
        <div className={styles.strip}>
          <WifiOff size={16} aria-hidden="true" />
          <p>
            <b>You are offline.</b> Read and write on; what you send goes out when you are back.
          </p>
        </div>
      )}
      {state.kind === 'AWAY' && (
        <div className={styles.strip}>
          <CloudOff size={16} aria-hidden="true" />
          <p>
            <b>The server does not answer.</b> {state.isAsking ? 'Trying again…' : <Countdown until={state.asksAt} />}
          </p>
          <button type="button" onClick={() => void connection.ask()}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}

/** For eyes alone: a number that is read out every second is noise. */
function Countdown({ until }: { until: number }) {
  const seconds = useSecondsUntil(until);
  return <span aria-hidden="true">Trying again in {seconds} s.</span>;
}

/** Whole seconds, from now on, never below 0. */
export function useSecondsUntil(instant: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((instant - now) / 1000));
}
