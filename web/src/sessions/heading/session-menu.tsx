import { Brain, FileText, Flag, MoreHorizontal, Pencil, SlidersHorizontal, Tag, Trash2 } from 'lucide-react';
import { IconButton } from '../../parts/icon-button.tsx';
import { Menu } from '../../parts/menu.tsx';
import { inDigits } from '../../parts/words.ts';
import { useSessionActions } from '../session-actions.tsx';

interface MenuSession {
  id: string;
  title: string;
  isActive: boolean;
  tags: readonly string[];
  documents: readonly unknown[];
}

export function SessionMenu({ session }: { session: MenuSession }) {
  const { rename, openSettings, openReport, remove } = useSessionActions();
  const { id, tags, documents, isActive } = session;
  // What was deleted is as it is, until it is restored.
  if (!isActive) return null;
  return (
    <Menu
      label="Session"
      trigger={(button) => <IconButton label="Session menu" icon={MoreHorizontal} {...button} />}
      items={[
        { name: 'Rename', icon: Pencil, run: () => rename({ sessionId: id, place: 'heading' }) },
        { name: `Tags${among(tags.length)}`, icon: Tag, run: () => openSettings(id, 'tags') },
        { name: `Documents${among(documents.length)}`, icon: FileText, run: () => openSettings(id, 'documents') },
        { name: 'Memory', icon: Brain, run: () => openSettings(id, 'memory') },
        { name: 'Model and instructions', icon: SlidersHorizontal, run: () => openSettings(id, 'model') },
        { name: 'Report…', icon: Flag, run: () => openReport(id) },
        { name: 'Delete', icon: Trash2, isDangerous: true, run: () => remove(session) },
      ]}
    />
  );
}

const among = (count: number): string => (count > 0 ? ` · ${inDigits(count)}` : '');
