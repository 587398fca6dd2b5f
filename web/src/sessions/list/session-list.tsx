import { SearchX, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useCallback, useState } from 'react';
import { useRoute } from 'wouter';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useAnnounced } from '../../parts/use-announced.ts';
import { counted } from '../../parts/words.ts';
import { useSessionActions } from '../session-actions.tsx';
import { groupByDay } from './group-by-day.ts';
import { MoreSessions } from './more-sessions.tsx';
import { SessionFilter } from './session-filter.tsx';
import styles from './session-list.module.css';
import { neighbourOf } from './session-lists.ts';
import { SessionRow } from './session-row.tsx';
import { useDebounced } from './use-debounced.ts';
import { useSessionPages } from './use-session-pages.ts';

const PAUSE_MS = 200;

/** `onOpen`: once one was chosen. */
export function SessionList({ onOpen }: { onOpen?: () => void }) {
  const [words, setWords] = useState('');
  const [tags, setTags] = useState<readonly string[]>([]);
  const search = useDebounced(words.trim(), PAUSE_MS);
  const { sessions, isLoading, isOld, error, retry, ...more } = useSessionPages(search, tags);
  const { renaming, rename, remove } = useSessionActions();
  const [, here] = useRoute('/s/:id');
  const [lastId, setLastId] = useState<string | null>(null);
  const isFiltered = search !== '' || tags.length > 0;

  // One stop for Tab among all rows: where the reader was, or else the session that is shown, or the first.
  const stopId = [lastId, here?.id].find((id) => sessions.some((session) => session.id === id)) ?? sessions[0]?.id;

  // For those who do not see the list change.
  useAnnounced(isFiltered && !isLoading && !isOld ? foundWords(sessions.length, more.hasMore) : null);

  const toggleTag = useCallback(
    (tag: string) => setTags((held) => (held.includes(tag) ? held.filter((one) => one !== tag) : [...held, tag])),
    [],
  );

  function removeRow(id: string) {
    const session = sessions.find((one) => one.id === id);
    if (!session) return;
    const nextId = neighbourOf(sessions, id);
    remove(session, nextId);
    focusRow(nextId);
  }

  function actByKey(event: KeyboardEvent<HTMLElement>) {
    const { target, key, ctrlKey, altKey, metaKey } = event;
    const id = target instanceof HTMLElement ? target.dataset.row : undefined;
    if (id === undefined || ctrlKey || altKey || metaKey) return;
    const at = sessions.findIndex((session) => session.id === id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: sessions.length - 1 }[key];
    if (to !== undefined) focusRow(sessions[to]?.id);
    else if (key === 'F2') rename({ sessionId: id, place: 'list' });
    else if (key === 'Delete') removeRow(id);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <SessionFilter words={words} onWords={setWords} tags={tags} onToggle={toggleTag} sessions={sessions} />
      <nav aria-label="Sessions" aria-busy={isOld} className={styles.list} onKeyDown={actByKey}>
        {isLoading && <Skeleton lines={3} />}
        {groupByDay(sessions).map(({ name, sessions: ofDay }) => (
          <section key={name} aria-label={name}>
            <p className={styles.day} aria-hidden="true">
              {name}
            </p>
            <ul>
              {ofDay.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isStop={session.id === stopId}
                  isHere={session.id === here?.id}
                  isRenaming={renaming?.place === 'list' && renaming.sessionId === session.id}
                  onOpen={onOpen}
                  onFocus={setLastId}
                  onTag={toggleTag}
                  onRemove={removeRow}
                />
              ))}
            </ul>
          </section>
        ))}
        <MoreSessions {...more} />
        {error !== undefined && (
          <Notice
            kind="warn"
            icon={TriangleAlert}
            title="Your sessions could not be loaded."
            actions={<Button onClick={retry}>Try again</Button>}
          />
        )}
        {!isLoading && error === undefined && sessions.length === 0 && <None search={search} tags={tags} />}
      </nav>
    </>
  );
}

function None({ search, tags }: { search: string; tags: readonly string[] }) {
  if (search === '' && tags.length === 0)
    return <p className={styles.none}>Your sessions will stand here, the latest first.</p>;
  const wanted = [search !== '' && 'these words in its title', tags.length > 0 && 'all of these tags'].filter(Boolean);
  return (
    <p className={styles.none}>
      <SearchX size={16} aria-hidden="true" />
      No session has {wanted.join(' and ')}.
    </p>
  );
}

const foundWords = (count: number, hasMore: boolean): string =>
  hasMore ? `${count} sessions and more` : counted(count, 'session');

/** The row is there: what moves the focus does not change the list. */
const focusRow = (id: string | null | undefined): void =>
  id ? document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus() : undefined;
