import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useSecondsUntil } from '../../connection/connection-strip.tsx';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { counted } from '../../parts/words.ts';
import type { Place } from '../sending/drafts.ts';
import { useOutbox } from '../sending/sending.tsx';
import type { Refusal } from '../sending/verdict.ts';
import styles from './composer.module.css';

/** Why what was sent stands in the field again. */
export function RefusalNote({ place, refusal }: { place: Place; refusal: Refusal }) {
  const outbox = useOutbox();
  const { alarm } = useAnnouncer();
  const { title, explanation, opensAt } = refusal;
  useEffect(() => alarm(`${title}. ${explanation}`), [alarm, title, explanation]);
  return (
    <div className={styles.refusal}>
      <Notice kind="plain" title={title}>
        {explanation} {opensAt !== null && <Opening at={opensAt} />}
      </Notice>
      <IconButton label="Dismiss" icon={X} size={16} onClick={() => outbox.forgive(place)} />
    </div>
  );
}

const HOUR_S = 3600;

function Opening({ at }: { at: number }) {
  const seconds = useSecondsUntil(at);
  if (seconds === 0) return <span>You can send again.</span>;
  const wait = seconds < 120 ? counted(seconds, 'second') : seconds < HOUR_S * 2 ? minutes(seconds) : hours(seconds);
  return <span className={styles.countdown}>Your text is kept. Sending opens again in {wait}.</span>;
}

const minutes = (seconds: number): string => counted(Math.ceil(seconds / 60), 'minute');
const hours = (seconds: number): string => counted(Math.ceil(seconds / HOUR_S), 'hour');
