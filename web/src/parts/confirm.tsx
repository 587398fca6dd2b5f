import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './confirm.module.css';
import { Notice } from './notice.tsx';
import { Sheet } from './sheet.tsx';

interface ConfirmProps {
  title: string;
  /** What the button says, which does it. */
  action: string;
  isBusy: boolean;
  /** Why it was not done. */
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
  /** What it takes along. */
  children: ReactNode;
}

/** Asked before what cannot be undone, and before nothing else. The first focus is on the way back. */
export function Confirm({ title, action, isBusy, error, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Sheet label={title} side="centre" onClose={onClose}>
      <div className={styles.confirm}>
        <h2>{title}</h2>
        {children}
        {error && <Notice kind="warn" title={error} />}
        <div className={styles.actions}>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button kind="danger" disabled={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
