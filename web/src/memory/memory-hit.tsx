import { useState } from 'react';
import { Link } from 'wouter';
import type { SearchMemoryQuery } from '../../../client/generated/graphql.ts';
import { Button } from '../parts/button.tsx';
import { Score } from '../parts/score.tsx';
import { dayOf } from '../parts/words.ts';
import { placeOf } from '../why/place-of.ts';
import { ForgetMessage } from './forget-message.tsx';
import styles from './memory.module.css';

interface MemoryHitProps {
  hit: SearchMemoryQuery['searchMemory'][number];
  onForgotten: () => void;
}

/** Something that was said, and what can be done about its being remembered. */
export function MemoryHit({ hit: { score, excerpt, message }, onForgotten }: MemoryHitProps) {
  const [isAsking, setAsking] = useState(false);
  const { role, createdAt, session } = message;
  const speaker = role === 'USER' ? 'You' : 'Coach';
  const about = `what ${role === 'USER' ? 'you' : 'the coach'} said ${dayOf(createdAt)}`;
  return (
    <li className={styles.hit}>
      <p className={styles.source}>
        <b>{speaker}</b>
        <time dateTime={createdAt}>{dayOf(createdAt)}</time>
        <span className={styles.session}>{session.title}</span>
        <Score value={score} />
      </p>
      <blockquote>{excerpt}</blockquote>
      <div className={styles.acts}>
        <Link href={placeOf(message)} aria-label={`Open ${about}`}>
          Open
        </Link>
        <Button kind="quiet" aria-label={`Forget ${about}…`} onClick={() => setAsking(true)}>
          Forget…
        </Button>
      </div>
      {isAsking && <ForgetMessage message={message} onClose={() => setAsking(false)} onForgotten={onForgotten} />}
    </li>
  );
}
