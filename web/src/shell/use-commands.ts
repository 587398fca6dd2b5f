import { skipToken } from '@apollo/client/react';
import type { LucideIcon } from 'lucide-react';
import {
  BarChart3,
  Brain,
  FileText,
  Flag,
  Keyboard,
  Moon,
  Pencil,
  Plus,
  Settings,
  SlidersHorizontal,
  Sun,
  SunMoon,
  Trash2,
} from 'lucide-react';
import { useMemo } from 'react';
import { useLocation, useRoute } from 'wouter';
import { useChatSessionQuery } from '../../../client/generated/hooks.ts';
import { useSessionActions } from '../sessions/session-actions.tsx';
import { prefer, usePreferences } from '../settings/preferences.ts';
import { focusComposer } from './regions.ts';
import { useShell } from './shell.tsx';

export interface Command {
  id: string;
  name: string;
  icon?: LucideIcon;
  /** What stands at its end: the keys that do the same, or a time. */
  keys?: string;
  run: () => void;
}

/** Everything that can be done from here, in the order in which it is offered. */
export function useCommands(): { commands: readonly Command[]; openSession: (id: string) => void } {
  const [, navigate] = useLocation();
  const { open } = useShell();
  const { theme } = usePreferences();
  const ofSession = useSessionCommands();
  return useMemo(() => {
    const go = (to: string) => () => navigate(to);
    const themes: Command[] = [
      { id: 'light', name: 'Light theme', icon: Sun, run: () => prefer('theme', 'light') },
      { id: 'dark', name: 'Dark theme', icon: Moon, run: () => prefer('theme', 'dark') },
      { id: 'system', name: 'Theme of the system', icon: SunMoon, run: () => prefer('theme', 'system') },
    ];
    const commands: Command[] = [
      { id: 'new', name: 'New session', icon: Plus, keys: 'Alt N', run: () => openToWrite('/') },
      ...ofSession,
      { id: 'memory', name: 'Memory', icon: Brain, run: go('/memory') },
      { id: 'documents', name: 'Documents', icon: FileText, run: go('/documents') },
      { id: 'usage', name: 'Usage', icon: BarChart3, run: go('/usage') },
      { id: 'settings', name: 'Settings', icon: Settings, run: go('/settings') },
      ...themes.filter(({ id }) => id !== theme),
      { id: 'keys', name: 'Keyboard shortcuts', icon: Keyboard, keys: '?', run: () => open('shortcuts') },
    ];
    return { commands, openSession: (id) => openToWrite(`/s/${id}`) };

    function openToWrite(place: string) {
      navigate(place);
      requestAnimationFrame(focusComposer);
    }
  }, [navigate, open, theme, ofSession]);
}

/** For the session that is shown. */
function useSessionCommands(): readonly Command[] {
  const [isHere, here] = useRoute('/s/:id');
  const { data } = useChatSessionQuery(here ? { variables: { id: here.id }, fetchPolicy: 'cache-only' } : skipToken);
  const { rename, openSettings, openReport, remove } = useSessionActions();
  const session = data?.chatSession;
  return useMemo(() => {
    if (!isHere || !session) return [];
    const { id } = session;
    return [
      {
        id: 'rename',
        name: 'Rename this session',
        icon: Pencil,
        run: () => rename({ sessionId: id, place: 'heading' }),
      },
      { id: 'set', name: 'Settings of this session', icon: SlidersHorizontal, run: () => openSettings(id) },
      { id: 'report', name: 'Report on this session', icon: Flag, run: () => openReport(id) },
      { id: 'delete', name: 'Delete this session', icon: Trash2, run: () => remove(session) },
    ];
  }, [isHere, session, rename, openSettings, openReport, remove]);
}
