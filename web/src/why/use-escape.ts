import { useEffect } from 'react';

/** Esc closes the innermost: nothing of ours while a dialog or a popover is open, or someone else took the key. */
export function useEscape(close: () => void, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('dialog:modal, :popover-open')) return;
      close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close, isOn]);
}
