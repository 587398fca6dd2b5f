import { useEffect, useState } from 'react';
import styles from './skeleton.module.css';

const FLASH_MS = 150;
const WIDTHS = ['94%', '88%', '97%', '52%'];

/** Grey lines where text will be; nothing at all for what comes within a moment. */
export function Skeleton({ lines }: { lines: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), FLASH_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div className={styles.lines} aria-hidden="true">
      {WIDTHS.slice(-lines).map((width) => (
        <i key={width} style={{ width }} />
      ))}
    </div>
  );
}
