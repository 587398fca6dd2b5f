import { type ReactNode, useEffect, useRef } from 'react';
import styles from './sheet.module.css';

interface SheetProps {
  label: string;
  /** Start: a drawer. Full: the whole page. Centre: a dialog over it. Top: one whose height changes under the reader. */
  side: 'start' | 'full' | 'centre' | 'top';
  onClose: () => void;
  children: ReactNode;
}

/**
 * A modal dialog of the browser's own: it keeps the focus, makes the rest inert, closes by Esc and gives the focus back. The
 * focus goes to what has `data-first-focus`, else to the first that can take it.
 */
export function Sheet({ label, side, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    }
    // What is taken out of the page while it is open gives nothing back by itself.
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) opener.focus();
      // Nothing had it, or that is gone: reading goes on with the page, not with the window.
      else if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a modal dialog; this is the pointer's way, a click beside it
    <dialog
      ref={dialog}
      className={`${styles.sheet} ${styles[side]}`}
      aria-label={label}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div className={styles.inside}>{children}</div>
    </dialog>
  );
}
