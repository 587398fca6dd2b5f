import { ArrowDown } from 'lucide-react';
import { useToasts } from '../../parts/toasts.tsx';
import styles from './composer.module.css';

/** The way to the end, where that is out of sight. */
export function LatestPill({ isShown, onPress }: { isShown: boolean; onPress: () => void }) {
  const { current: toast } = useToasts();
  if (!isShown) return null;
  return (
    <button type="button" className={toast ? `${styles.latest} ${styles.aboveToast}` : styles.latest} onClick={onPress}>
      <ArrowDown size={15} aria-hidden="true" />
      Latest
    </button>
  );
}
