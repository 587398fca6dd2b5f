import type { ReactNode } from 'react';
import styles from './dialog.module.css';
import { Sheet } from './sheet.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  actions: ReactNode;
  children: ReactNode;
}

/** Something to know before one goes on, over the page. */
export function Dialog({ title, onClose, actions, children }: DialogProps) {
  return (
    <Sheet label={title} side="centre" onClose={onClose}>
      <div className={styles.dialog}>
        <h2>{title}</h2>
        {children}
        <div className={styles.actions}>{actions}</div>
      </div>
    </Sheet>
  );
}
