import { Check, Search, Tag, X } from 'lucide-react';
import { IconButton } from '../../parts/icon-button.tsx';
import { Popover } from '../../parts/popover.tsx';
import styles from './session-filter.module.css';
import { tagsOf } from './session-lists.ts';

const MOST = 30;

interface SessionFilterProps {
  words: string;
  onWords: (words: string) => void;
  /** That a session must have, all of them. */
  tags: readonly string[];
  onToggle: (tag: string) => void;
  /** As they are listed: where the tags that one may choose are from. */
  sessions: readonly { tags: readonly string[] }[];
}

export function SessionFilter({ words, onWords, tags, onToggle, sessions }: SessionFilterProps) {
  const known = [...new Set([...tags, ...tagsOf(sessions)])].slice(0, MOST);
  return (
    <search className={styles.filter}>
      <div className={styles.find}>
        <Search size={15} aria-hidden="true" />
        <input
          type="search"
          aria-label="Search sessions"
          placeholder="Search sessions"
          value={words}
          onChange={({ target }) => onWords(target.value)}
        />
        {known.length > 0 && (
          <Popover
            label="Filter by tag"
            trigger={(button) => <IconButton label="Filter by tag" icon={Tag} size={15} {...button} />}
          >
            {() => (
              <ul className={styles.known}>
                {known.map((tag) => (
                  <li key={tag}>
                    <button type="button" aria-pressed={tags.includes(tag)} onClick={() => onToggle(tag)}>
                      <Check size={14} aria-hidden="true" />
                      <span>#{tag}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </Popover>
        )}
      </div>
      {tags.length > 0 && (
        <ul className={styles.chips} aria-label="Only sessions with">
          {tags.map((tag) => (
            <li key={tag}>
              <button type="button" aria-label={`No longer only #${tag}`} onClick={() => onToggle(tag)}>
                <span>#{tag}</span>
                <X size={13} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
