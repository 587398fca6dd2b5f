import { Pencil } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../../parts/icon-button.tsx';
import { useSessionActions } from '../session-actions.tsx';
import { RenameField } from './rename-field.tsx';
import styles from './session-heading.module.css';

export function SessionHeading({ session }: { session: { id: string; title: string; isActive: boolean } }) {
  const { renaming, rename } = useSessionActions();
  const pencil = useRef<HTMLButtonElement>(null);
  const begin = () => rename({ sessionId: session.id, place: 'heading' });
  if (!session.isActive) return <h1 title={session.title}>{session.title}</h1>;
  if (renaming?.sessionId === session.id && renaming.place === 'heading') {
    return (
      <>
        <h1 className="sr">{session.title}</h1>
        <RenameField
          session={session}
          onDone={(byKey) => {
            rename(null);
            if (byKey) requestAnimationFrame(() => pencil.current?.focus());
          }}
        />
      </>
    );
  }
  return (
    <>
      <h1 className={styles.title} title={session.title} onDoubleClick={begin}>
        {session.title}
      </h1>
      <IconButton
        ref={pencil}
        className={styles.pencil}
        label="Rename"
        icon={Pencil}
        size={15}
        onClick={begin}
        onKeyDown={({ key }) => key === 'F2' && begin()}
      />
    </>
  );
}
