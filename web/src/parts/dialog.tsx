import type { ReactNode } from 'react';
import styles from './dialog.module.css';
import { Sheet } from './sheet.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  actions: ReactNode;
  /** Why it did not work. */
  problem?: string | null;
  children: ReactNode;
}

/** Something to know before one goes on, over the page. */
export function Dialog({ title, onClose, actions, problem, children }: DialogProps) {
  return (
    <Sheet label={title} side="centre" onClose={onClose}>
      <div className={styles.dialog}>
        <h2>{title}</h2>
        {children}
        {problem && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        <div className={styles.actions}>{actions}</div>
      </div>
    </Sheet>
  );
}
