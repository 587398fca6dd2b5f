import { createContext, type ReactNode, Suspense, use, useCallback, useMemo, useState } from 'react';
import { lazily } from '../parts/lazily.ts';
import { RegionBoundary } from '../shell/region-boundary.tsx';
import { useDeleteSession } from './use-delete-session.ts';

const SessionSettings = lazily(() => import('./settings/session-settings.tsx'));
const ForgetDialog = lazily(() => import('./forget-dialog.tsx'));
const ReportDialog = lazily(async () => ({ default: (await import('../reports/report-dialog.tsx')).ReportDialog }));

export type SettingsPart = 'tags' | 'documents' | 'model' | 'memory';

/** What is open over the page. */
type Open =
  | { kind: 'settings'; sessionId: string; part: SettingsPart | undefined }
  | { kind: 'report' | 'forget'; sessionId: string }
  | null;

/** Where a session is being renamed: its title stands in two places. */
export interface Renaming {
  sessionId: string;
  place: 'heading' | 'list';
}

interface Actions {
  renaming: Renaming | null;
  /** Null: it is done. */
  rename(what: Renaming | null): void;
  openSettings(sessionId: string, part?: SettingsPart): void;
  openReport(sessionId: string): void;
  openForget(sessionId: string): void;
  /** @param nextId where to go when the page is the session's. Default: to the next of the list. */
  remove(session: { id: string; title: string }, nextId?: string | null): void;
}

const nothing = () => undefined;
const ActionsContext = createContext<Actions>({
  renaming: null,
  rename: nothing,
  openSettings: nothing,
  openReport: nothing,
  openForget: nothing,
  remove: nothing,
});

/** What can be done to a session, from wherever it is named: its row, its page, the palette. */
export const useSessionActions = (): Actions => use(ActionsContext);

export function SessionActions({ children }: { children: ReactNode }) {
  const [renaming, rename] = useState<Renaming | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const remove = useDeleteSession();
  const close = useCallback(() => setOpen(null), []);
  const actions = useMemo<Actions>(
    () => ({
      renaming,
      rename,
      openSettings: (sessionId, part) => setOpen({ kind: 'settings', sessionId, part }),
      openReport: (sessionId) => setOpen({ kind: 'report', sessionId }),
      openForget: (sessionId) => setOpen({ kind: 'forget', sessionId }),
      remove,
    }),
    [renaming, remove],
  );
  return (
    <ActionsContext value={actions}>
      {children}
      <RegionBoundary
        name="What you opened"
        place={open ? `${open.kind} ${open.sessionId}` : 'nothing'}
        onClose={close}
      >
        <Suspense fallback={null}>
          {open?.kind === 'settings' && <SessionSettings id={open.sessionId} part={open.part} onClose={close} />}
          {open?.kind === 'report' && <ReportDialog sessionId={open.sessionId} onClose={close} />}
          {open?.kind === 'forget' && <ForgetDialog id={open.sessionId} onClose={close} />}
        </Suspense>
      </RegionBoundary>
    </ActionsContext>
  );
}
