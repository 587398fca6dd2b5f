import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback } from 'react';
import styles from './menu.module.css';
import { Popover, type PopoverTrigger } from './popover.tsx';

export interface MenuItem {
  name: string;
  icon?: LucideIcon;
  /** The keys that do the same, as they are shown. */
  keys?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  run: () => void;
}

interface MenuProps {
  label: string;
  trigger: (button: PopoverTrigger & { 'aria-haspopup': 'menu' }) => ReactNode;
  items: readonly MenuItem[];
}

export function Menu({ label, trigger, items }: MenuProps) {
  const focusFirst = useCallback((menu: HTMLElement) => itemsOf(menu)[0]?.focus(), []);
  return (
    <Popover
      label={label}
      role="menu"
      onOpen={focusFirst}
      trigger={(button) => trigger({ ...button, 'aria-haspopup': 'menu' })}
    >
      {(close) =>
        items.map(({ name, icon: Icon, keys, isDangerous, isDisabled, run }) => (
          <button
            key={name}
            type="button"
            role="menuitem"
            tabIndex={-1}
            disabled={isDisabled}
            className={`${styles.item} ${isDangerous ? styles.dangerous : ''}`}
            onKeyDown={(event) => moveByKey(event, close)}
            onClick={() => {
              close();
              run();
            }}
          >
            {Icon && <Icon size={16} aria-hidden="true" />}
            <span>{name}</span>
            {keys && <kbd className="wide-only">{keys}</kbd>}
          </button>
        ))
      }
    </Popover>
  );
}

const itemsOf = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)'),
];

function moveByKey(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  const menu = event.currentTarget.closest<HTMLElement>('[role=menu]');
  if (!menu) return;
  if (event.key === 'Tab') close();
  const items = itemsOf(menu);
  const at = items.indexOf(event.currentTarget);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
