import { useApolloClient } from '@apollo/client/react';
import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { heldSessions, tagsOf } from '../list/session-lists.ts';
import { useEditSession } from '../use-edit-session.ts';
import { useSave } from '../use-save.ts';
import styles from './session-settings.module.css';
import { suggestTags } from './suggest-tags.ts';

const MAX_TAGS = 20;
const MAX_LENGTH = 50;

/** A combobox of the tags that are in use; what is new is added as it is written. */
export function TagsField({ session }: { session: { id: string; tags: string[] } }) {
  const id = useId();
  const { cache } = useApolloClient();
  const edit = useEditSession();
  const [saving, save] = useSave();
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const { tags } = session;
  const options = isOpen ? suggestTags(text, tagsOf(heldSessions(cache)), tags) : [];

  const set = (next: string[]) => void save(() => edit(session, { tags: next }));
  function add(written: string) {
    const tag = written.trim().replace(/^#/, '').slice(0, MAX_LENGTH);
    setText('');
    setAt(-1);
    if (tag && !tags.includes(tag) && tags.length < MAX_TAGS) set([...tags, tag]);
  }

  function actByKey(event: KeyboardEvent) {
    const { key } = event;
    if (event.nativeEvent.isComposing) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      setOpen(true);
      const step = key === 'ArrowDown' ? 1 : -1;
      setAt((held) => (options.length === 0 ? -1 : (held + step + options.length) % options.length));
    } else if (key === 'Enter' || key === ',') add(options[at] ?? text);
    else if (key === 'Escape' && isOpen && options.length > 0) setOpen(false);
    else if (key === 'Backspace' && text === '' && tags.length > 0) set(tags.slice(0, -1));
    else return;
    if (key !== 'Backspace') event.preventDefault();
  }

  return (
    <div className={styles.field}>
      <ul className={styles.chips}>
        {tags.map((tag) => (
          <li key={tag}>
            <span>#{tag}</span>
            <button type="button" aria-label={`Remove #${tag}`} onClick={() => set(tags.filter((one) => one !== tag))}>
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <div className={styles.combobox}>
        <input
          role="combobox"
          aria-label="Add a tag"
          aria-expanded={options.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={options[at] === undefined ? undefined : `${id}-${at}`}
          placeholder={tags.length < MAX_TAGS ? 'Add a tag' : `A session can have ${MAX_TAGS} tags`}
          disabled={tags.length >= MAX_TAGS}
          maxLength={MAX_LENGTH}
          autoComplete="off"
          autoCapitalize="none"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false);
            add(text);
          }}
          onKeyDown={actByKey}
        />
        <div id={id} role="listbox" aria-label="Tags in use" className={styles.options} hidden={options.length === 0}>
          {options.map((tag, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
            <div
              key={tag}
              id={`${id}-${index}`}
              role="option"
              className={styles.option}
              aria-selected={index === at}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => add(tag)}
            >
              #{tag}
            </div>
          ))}
        </div>
      </div>
      {saving.state === 'failed' && (
        <p role="alert" className={styles.problem}>
          The tags could not be changed. {saving.why}
        </p>
      )}
    </div>
  );
}
