import { Check, TriangleAlert } from 'lucide-react';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import styles from './toasts.module.css';

const SHOWN_MS = 10_000;

export interface Toast {
  text: string;
  /** What takes back what was done. */
  undo?: () => void;
  /** Something went wrong. */
  isProblem?: boolean;
}

interface Toasts {
  current: Toast | null;
  show(toast: Toast): void;
  dismiss(): void;
  /** Whether somebody points at it or has the focus in it: then it waits. */
  hold(isHeld: boolean): void;
}

const nothing = () => undefined;
const ToastContext = createContext<Toasts>({ current: null, show: nothing, dismiss: nothing, hold: nothing });

export const useToasts = (): Toasts => use(ToastContext);

/** One at a time: the newest is what the reader just did. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [current, setCurrent] = useState<Toast | null>(null);
  const [isHeld, hold] = useState(false);
  const show = useCallback((toast: Toast) => setCurrent(toast), []);
  const dismiss = useCallback(() => {
    hold(false);
    setCurrent(null);
  }, []);
  useEffect(() => {
    if (!current || isHeld) return;
    const timer = setTimeout(dismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [current, isHeld, dismiss]);
  const toasts = useMemo(() => ({ current, show, dismiss, hold }), [current, show, dismiss]);
  return <ToastContext value={toasts}>{children}</ToastContext>;
}

/** Where it is shown: above the composer, never on it, and in the drawer, under which a page is inert. */
export function ToastPlace() {
  const { current, dismiss, hold } = useToasts();

  // A live region speaks only of what changes in it, so it is there before there is anything to say.
  return (
    <div role="status" className={styles.place}>
      {current && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only waits longer while somebody looks at it
        <div
          className={styles.toast}
          onPointerEnter={() => hold(true)}
          onPointerLeave={() => hold(false)}
          onFocus={() => hold(true)}
          onBlur={() => hold(false)}
        >
          {current.isProblem ? <TriangleAlert size={16} aria-hidden="true" /> : <Check size={16} aria-hidden="true" />}
          <span>{current.text}</span>
          {current.undo && (
            <button
              type="button"
              data-undo
              onClick={() => {
                dismiss();
                current.undo?.();
              }}
            >
              Undo <kbd className="wide-only">Ctrl Z</kbd>
            </button>
          )}
        </div>
      )}
    </div>
  );
}
