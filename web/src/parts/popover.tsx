import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import styles from './popover.module.css';

const GAP_PX = 6;
const EDGE_PX = 8;

/** What the button needs in order to open it. */
export interface PopoverTrigger {
  ref: RefObject<HTMLButtonElement | null>;
  popoverTarget: string;
  'aria-expanded': boolean;
}

interface PopoverProps {
  label: string;
  role?: 'dialog' | 'menu';
  /** Which edge it shares with its button. Default: its end. */
  align?: 'start' | 'end';
  trigger: (button: PopoverTrigger) => ReactNode;
  /** Shown while it is open. */
  children: (close: () => void) => ReactNode;
  onOpen?: (element: HTMLElement) => void;
}

/** A popover of the browser's own: above everything, closed by Esc or a click beside it, and the focus goes back to its button. */
export function Popover({ label, role = 'dialog', align = 'end', trigger, children, onOpen }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    const element = popover.current;
    if (!element) return;
    // What it shows goes after it has closed: the browser gives the focus back only from what is still there.
    const open = ({ newState }: ToggleEvent) => newState === 'open' && setOpen(true);
    const close = ({ newState }: ToggleEvent) => newState === 'closed' && setOpen(false);
    element.addEventListener('beforetoggle', open);
    element.addEventListener('toggle', close);
    return () => {
      element.removeEventListener('beforetoggle', open);
      element.removeEventListener('toggle', close);
    };
  }, []);

  useEffect(() => {
    const element = popover.current;
    if (!isOpen || !element) return;
    let isPlaced = false;
    // It has a size once it is shown, which is after this; and another one when what it shows has come.
    const observer = new ResizeObserver(() => {
      if (!button.current || !element.matches(':popover-open')) return;
      placeBy(element, button.current.getBoundingClientRect(), align);
      if (!isPlaced) onOpen?.(element);
      isPlaced = true;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isOpen, onOpen, align]);

  return (
    <>
      {trigger({ ref: button, popoverTarget: id, 'aria-expanded': isOpen })}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a label */}
      <div ref={popover} id={id} popover="auto" role={role} aria-label={label} className={styles.popover}>
        {isOpen && children(() => popover.current?.hidePopover())}
      </div>
    </>
  );
}

/** Below the button where there is room, else above; in line with one edge of it, and never beyond the page. */
function placeBy(element: HTMLElement, by: DOMRect, align: 'start' | 'end'): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  const fitsBelow = by.bottom + GAP_PX + height <= innerHeight - EDGE_PX;
  const top = fitsBelow ? by.bottom + GAP_PX : by.top - GAP_PX - height;
  const left = Math.min(align === 'start' ? by.left : by.right - width, innerWidth - EDGE_PX - width);
  element.style.top = `${Math.max(EDGE_PX, top)}px`;
  element.style.left = `${Math.max(EDGE_PX, left)}px`;
}
