import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  title: string;
  /** What the button says, which does it. */
  action: string;
  isBusy: boolean;
  /** Why it was not done. */
  problem?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
  /** What it takes along. */
  children: ReactNode;
}

/** Asked before what cannot be undone, and before nothing else. The first focus is on the way back. */
export function Confirm({ title, action, isBusy, problem, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      problem={problem}
      onClose={onClose}
      actions={
        <>
          <Button kind="quiet" data-first-focus onClick={onClose}>
            Cancel
          </Button>
          <Button kind="danger" disabled={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
