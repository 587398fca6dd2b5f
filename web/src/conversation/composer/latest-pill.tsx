import { ArrowDown } from 'lucide-react';
import styles from './composer.module.css';

/** The way to the end, where that is out of sight. */
export function LatestPill({ isShown, onPress }: { isShown: boolean; onPress: () => void }) {
  if (!isShown) return null;
  return (
    <button type="button" className={styles.latest} onClick={onPress}>
      <ArrowDown size={15} aria-hidden="true" />
      Latest
    </button>
  );
}
