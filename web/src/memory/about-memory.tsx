import { Link } from 'wouter';
import { Thread } from '../shell/thread.tsx';
import styles from './memory.module.css';

/** Memory in three plain sentences; for who has no session yet, at some more length. */
export function AboutMemory({ hasSessions }: { hasSessions: boolean }) {
  return (
    <div className={hasSessions ? styles.about : styles.none}>
      {!hasSessions && (
        <>
          <Thread />
          <h2>Nothing to remember yet</h2>
        </>
      )}
      <p>
        What you and your coach say in a session is kept in memory, and later answers there can recall it. From one
        session to another it crosses only where you turn that on in both. Whatever is remembered you can look up here,
        open where it was said, and have forgotten.
      </p>
      {!hasSessions && <Link href="/">Begin a session</Link>}
    </div>
  );
}
