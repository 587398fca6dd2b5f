import { Skeleton } from '../parts/skeleton.tsx';
import styles from './why-panel.module.css';

/** While it is loaded: where the figures will be, and some of the passages. */
export function PanelSkeleton() {
  return (
    <div className={styles.body} aria-busy="true">
      <p className="sr">Loading</p>
      <Skeleton lines={3} />
      <Skeleton lines={4} />
      <Skeleton lines={4} />
    </div>
  );
}
