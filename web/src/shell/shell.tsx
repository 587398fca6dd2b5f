import { createContext, type ReactNode, Suspense, use, useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useChatSessionsQuery } from '../../../client/generated/hooks.ts';
import { lazily } from '../parts/lazily.ts';
import { Sheet } from '../parts/sheet.tsx';
import { useIsNarrow } from '../parts/use-media.ts';
import { variablesOf } from '../sessions/list/session-lists.ts';
import { SessionActions } from '../sessions/session-actions.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { RegionBoundary } from './region-boundary.tsx';
import { focusComposer } from './regions.ts';
import styles from './shell.module.css';
import { Sidebar } from './sidebar.tsx';
import { type ShellDialog, useKeys } from './use-keys.ts';

const Palette = lazily(() => import('./palette.tsx'));
const Shortcuts = lazily(() => import('./shortcuts.tsx'));

interface Shell {
  openSidebar(): void;
  open(dialog: ShellDialog): void;
}

const ShellContext = createContext<Shell>({ openSidebar: () => undefined, open: () => undefined });

export const useShell = (): Shell => use(ShellContext);

/**
 * Sessions and library beside a page; on a phone in a drawer over it. Where there is a panel, the page brings it along
 * (`Page`), so that what it explains and what explains it are one thing.
 */
export function Shell({ children }: { children: ReactNode }) {
  const isNarrow = useIsNarrow();
  const [place] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const [dialog, open] = useState<ShellDialog | null>(null);
  const shell = useMemo(() => ({ openSidebar: () => setOpen(true), open }), []);
  const closeDrawer = useCallback(() => setOpen(false), []);
  const close = useCallback(() => open(null), []);
  useKeys(open);
  // The list is there before the drawer is, for its first focus, and so is what comes after a session that is deleted.
  useChatSessionsQuery({ variables: variablesOf() });
  return (
    <ShellContext value={shell}>
      <SessionActions>
        <div className={styles.shell}>
          <SkipLink isToMessage={place === '/' || place.startsWith('/s/')} />
          {isNarrow ? (
            isOpen && (
              <Sheet label="Sessions" side="start" onClose={closeDrawer}>
                <RegionBoundary name="The list of sessions">
                  <Sidebar onClose={closeDrawer} />
                </RegionBoundary>
              </Sheet>
            )
          ) : (
            <aside className={styles.side} aria-label="Sessions and library" data-region="sessions">
              <RegionBoundary name="The list of sessions">
                <Sidebar />
              </RegionBoundary>
            </aside>
          )}
          <RegionBoundary name="The page" place={place}>
            {children}
          </RegionBoundary>
        </div>
        <RegionBoundary name="What you opened" place={dialog ?? 'nothing'} onClose={close}>
          <Suspense fallback={null}>
            {dialog === 'palette' && <Palette onClose={close} />}
            {dialog === 'shortcuts' && <Shortcuts onClose={close} />}
          </Suspense>
        </RegionBoundary>
        <SignIn />
      </SessionActions>
    </ShellContext>
  );
}

/** The first stop of Tab: past the list, to where one writes, or to the page. */
function SkipLink({ isToMessage }: { isToMessage: boolean }) {
  const skip = () => (focusComposer() ? undefined : document.querySelector<HTMLElement>('main')?.focus());
  return (
    <button type="button" className={styles.skip} onClick={skip}>
      {isToMessage ? 'Skip to message' : 'Skip to the page'}
    </button>
  );
}
