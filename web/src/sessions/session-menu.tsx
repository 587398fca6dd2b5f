import { MoreHorizontal } from 'lucide-react';
import { IconButton } from '../parts/icon-button.tsx';
import { Menu } from '../parts/menu.tsx';

export function SessionMenu({ session: _ }: { session: { id: string } }) {
  return (
    <Menu
      label="Session"
      trigger={(button) => <IconButton label="Session menu" icon={MoreHorizontal} {...button} />}
      items={[]}
    />
  );
}
