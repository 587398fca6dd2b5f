import type { ReactNode } from 'react';
import styles from './dialog.module.css';
import { Sheet } from './sheet.tsx';

interface DialogProps {
  title: string;
  /** Why what was asked for was not done. */
  problem?: string | undefined;
  onClose: () => void;
  actions: ReactNode;
  children: ReactNode;
}

/** Something to know before one goes on, over the page. */
export function Dialog({ title, problem, onClose, actions, children }: DialogProps) {
  return (
    <Sheet label={title} side="centre" onClose={onClose}>
      <div className={styles.dialog}>
        <h2 className={styles.title}>{title}</h2>
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
