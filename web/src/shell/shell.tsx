import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { Sheet } from '../parts/sheet.tsx';
import { useIsNarrow } from '../parts/use-media.ts';
import styles from './shell.module.css';
import { Sidebar } from './sidebar.tsx';

interface Shell {
  openSidebar(): void;
}

const ShellContext = createContext<Shell>({ openSidebar: () => undefined });

export const useShell = (): Shell => use(ShellContext);

/**
 * Sessions and library beside a page; on a phone in a drawer over it. Where there is a panel, the page brings it along
 * (`Page`), so that what it explains and what explains it are one thing.
 */
export function Shell({ children }: { children: ReactNode }) {
  const isNarrow = useIsNarrow();
  const [isOpen, setOpen] = useState(false);
  const shell = useMemo(() => ({ openSidebar: () => setOpen(true) }), []);
  return (
    <ShellContext value={shell}>
      <div className={styles.shell}>
        <a className={styles.skip} href="#main">
          Skip to the page
        </a>
        {isNarrow ? (
          isOpen && (
            <Sheet label="Sessions" side="start" onClose={() => setOpen(false)}>
              <Sidebar onClose={() => setOpen(false)} />
            </Sheet>
          )
        ) : (
          <aside className={styles.side} aria-label="Sessions and library">
            <Sidebar />
          </aside>
        )}
        {children}
      </div>
    </ShellContext>
  );
}
