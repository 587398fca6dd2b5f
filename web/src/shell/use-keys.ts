import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useToasts } from '../parts/toasts.tsx';
import { preferences } from '../settings/preferences.ts';
import { isInField } from './in-field.ts';
import { focusComposer, focusRegion } from './regions.ts';

export type ShellDialog = 'palette' | 'shortcuts';

/** The keys that work anywhere in the page, but not over a modal dialog, which is a page of its own. */
export function useKeys(open: (dialog: ShellDialog) => void): void {
  const [, navigate] = useLocation();
  const { current, dismiss } = useToasts();
  const latest = useRef({ open, navigate, undo });
  useEffect(() => {
    latest.current = { open, navigate, undo };
  });

  /** @returns whether there was something to undo */
  function undo(): boolean {
    if (!current?.undo) return false;
    dismiss();
    current.undo();
    return true;
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const modal = document.querySelector('dialog:modal');
      // What a dialog itself offers to undo, its keys undo.
      if (modal && !(isUndo(event) && modal.querySelector('[data-undo]'))) return;
      if (run(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

const isUndo = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean =>
  (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'z';

interface Doings {
  open(dialog: ShellDialog): void;
  navigate(to: string): void;
  undo(): boolean;
}

/** @returns whether the key was one of ours */
function run(event: KeyboardEvent, { open, navigate, undo }: Doings): boolean {
  const { code, key, altKey, shiftKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (altKey && !isCommand && !shiftKey && code === 'KeyN') {
    navigate('/');
    // The page is there with the next frame.
    requestAnimationFrame(focusComposer);
    return true;
  }
  if (key === 'F6' && !isCommand && !altKey) {
    focusRegion(shiftKey ? -1 : 1);
    return true;
  }
  if (isCommand && !altKey && !shiftKey && key.toLowerCase() === 'k') {
    open('palette');
    return true;
  }
  if (isInField(event.target)) return false;
  if (isUndo(event)) return undo();
  if (isCommand || altKey || !preferences().singleKeys) return false;
  if (key === '?') open('shortcuts');
  else if (key === '/') focusComposer();
  else return false;
  return true;
}
