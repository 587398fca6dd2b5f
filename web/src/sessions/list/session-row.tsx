import { MoreHorizontal, Pencil, Tags, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { Link } from 'wouter';
import { useChatSessionChangedSubscription } from '../../../../client/generated/hooks.ts';
import { IconButton } from '../../parts/icon-button.tsx';
import { Menu } from '../../parts/menu.tsx';
import { dayOf, timeOf } from '../../parts/words.ts';
import { RenameField } from '../heading/rename-field.tsx';
import { useSessionActions } from '../session-actions.tsx';
import type { ListedSession } from './session-lists.ts';
import styles from './session-row.module.css';

interface SessionRowProps {
  session: ListedSession;
  /** Whether Tab stops here. */
  isStop: boolean;
  isHere: boolean;
  isRenaming: boolean;
  onOpen: (() => void) | undefined;
  onFocus: (id: string) => void;
  onTag: (tag: string) => void;
  onRemove: (id: string) => void;
}

export const SessionRow = memo(({ session, isRenaming, ...row }: SessionRowProps) => {
  const { rename } = useSessionActions();
  const { id, tags, runningReply } = session;
  const tabIndex = row.isStop ? 0 : -1;
  return (
    <li className={styles.row} data-here={row.isHere || undefined}>
      {isRenaming ? (
        <RenameField
          session={session}
          onDone={(byKey) => {
            rename(null);
            if (byKey) requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-row="${id}"]`)?.focus());
          }}
        />
      ) : (
        <SessionLink session={session} tabIndex={tabIndex} {...row} />
      )}
      <p className={styles.about}>
        {runningReply ? <Replying sessionId={id} isFollowed={row.isHere} /> : <When instant={session.updatedAt} />}
        {tags.map((tag) => (
          <button
            key={tag}
            type="button"
            tabIndex={tabIndex}
            title={`Only sessions with #${tag}`}
            onClick={() => row.onTag(tag)}
          >
            #{tag}
          </button>
        ))}
      </p>
      {!isRenaming && <RowMenu session={session} tabIndex={tabIndex} onRemove={row.onRemove} />}
    </li>
  );
});

function SessionLink({
  session: { id, title },
  tabIndex,
  isHere,
  isStop,
  onOpen,
  onFocus,
}: Omit<SessionRowProps, 'isRenaming' | 'onTag' | 'onRemove'> & { tabIndex: number }) {
  const { rename } = useSessionActions();
  return (
    <Link
      href={`/s/${id}`}
      className={styles.title}
      title={title}
      data-row={id}
      data-first-focus={isStop || undefined}
      tabIndex={tabIndex}
      aria-current={isHere ? 'page' : undefined}
      onClick={onOpen}
      onFocus={() => onFocus(id)}
      onDoubleClick={() => rename({ sessionId: id, place: 'list' })}
    >
      {title}
    </Link>
  );
}

/** The group says the day of the latest ones. */
function When({ instant }: { instant: string }) {
  const day = dayOf(instant);
  return <time dateTime={instant}>{day === 'Today' || day === 'Yesterday' ? timeOf(instant) : day}</time>;
}

/** The page of a session follows it; for the others the list does, as long as they reply. */
function Replying({ sessionId, isFollowed }: { sessionId: string; isFollowed: boolean }) {
  return (
    <span className={styles.replying}>
      replying
      {!isFollowed && <Follow id={sessionId} />}
    </span>
  );
}

function Follow({ id }: { id: string }) {
  useChatSessionChangedSubscription({ variables: { id } });
  return null;
}

function RowMenu({
  session: { id, title },
  tabIndex,
  onRemove,
}: Pick<SessionRowProps, 'session' | 'onRemove'> & { tabIndex: number }) {
  const { rename, openSettings } = useSessionActions();
  return (
    <div className={styles.actions}>
      <IconButton
        className={styles.pencil}
        label={`Rename ${title}`}
        icon={Pencil}
        size={14}
        tabIndex={tabIndex}
        onClick={() => rename({ sessionId: id, place: 'list' })}
      />
      <Menu
        label={title}
        trigger={(button) => (
          <IconButton label={`More for ${title}`} icon={MoreHorizontal} size={16} tabIndex={tabIndex} {...button} />
        )}
        items={[
          { name: 'Rename', icon: Pencil, keys: 'F2', run: () => rename({ sessionId: id, place: 'list' }) },
          { name: 'Tags and settings', icon: Tags, run: () => openSettings(id, 'tags') },
          { name: 'Delete', icon: Trash2, keys: 'Del', isDangerous: true, run: () => onRemove(id) },
        ]}
      />
    </div>
  );
}
