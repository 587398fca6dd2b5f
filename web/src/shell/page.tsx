import { Menu as MenuIcon } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { IconButton } from '../parts/icon-button.tsx';
import { ToastPlace } from '../parts/toasts.tsx';
import { useIsNarrow } from '../parts/use-media.ts';
import styles from './page.module.css';
import { RegionBoundary } from './region-boundary.tsx';
import { useShell } from './shell.tsx';

interface PageProps {
  /** Of the browser's tab. */
  title: string;
  /** In place of the title as a heading. */
  heading?: ReactNode;
  /** At the end of the top bar. */
  actions?: ReactNode;
  /** Between the top bar and what scrolls. */
  banner?: ReactNode;
  /** Below what scrolls, always to be seen. */
  dock?: ReactNode;
  children: ReactNode;
}

/** The middle column: a top bar, what scrolls, and what stays below it. */
export function Page({ title, heading, actions, banner, dock, children }: PageProps) {
  const isNarrow = useIsNarrow();
  const { openSidebar } = useShell();
  useEffect(() => {
    document.title = title === 'Carryover' ? title : `${title} · Carryover`;
  }, [title]);
  return (
    <main className={styles.page} id="main" tabIndex={-1}>
      <header className={styles.top}>
        {isNarrow && <IconButton label="Sessions" icon={MenuIcon} size={20} onClick={openSidebar} />}
        <div className={styles.heading}>{heading ?? <h1>{title}</h1>}</div>
        {actions}
      </header>
      {banner}
      <RegionBoundary name="This part of the page">{children}</RegionBoundary>
      <div className={styles.dock}>
        <ToastPlace />
        {dock}
      </div>
    </main>
  );
}

/** What a library page shows, in one column that scrolls. */
export function Column({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <div className={styles.column}>{children}</div>
    </section>
  );
}
