import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { Sheet } from '../parts/sheet.tsx';
import { whenOf } from '../parts/words.ts';
import { useDebounced } from '../sessions/list/use-debounced.ts';
import { useSessionPages } from '../sessions/list/use-session-pages.ts';
import styles from './palette.module.css';
import { type Command, useCommands } from './use-commands.ts';

const PAUSE_MS = 120;
const MOST_SESSIONS = 8;
const NO_TAGS: readonly string[] = [];

/** Finds a session by words of its title, or a command by letters of its name. */
// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Palette({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const words = text.trim();
  const { sessions, isOld } = useSessionPages(useDebounced(words, PAUSE_MS), NO_TAGS);
  const { commands, openSession } = useCommands();

  const groups = useMemo(() => {
    const found = commands.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()));
    const listed = sessions.slice(0, MOST_SESSIONS).map((session): Command => {
      const { title, updatedAt } = session;
      return { id: session.id, name: title, keys: whenOf(updatedAt), run: () => openSession(session.id) };
    });
    const all = [
      { name: 'Sessions', options: listed },
      { name: 'Commands', options: found },
    ];
    return all.filter(({ options }) => options.length > 0);
  }, [commands, sessions, words, openSession]);
  const options = groups.flatMap((group) => group.options);
  const chosen = options[Math.min(at, options.length - 1)];

  function run(command: Command | undefined) {
    if (!command) return;
    onClose();
    // What it opens takes the focus after this has given it back.
    setTimeout(command.run);
  }

  function actByKey(event: KeyboardEvent) {
    const { key } = event;
    if (event.nativeEvent.isComposing) return;
    const count = options.length;
    if (key === 'ArrowDown') setAt((held) => (held + 1) % count);
    else if (key === 'ArrowUp') setAt((held) => (Math.min(held, count - 1) - 1 + count) % count);
    else if (key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <Sheet label="Find a session or a command" side="top" onClose={onClose}>
      <div className={styles.palette}>
        <input
          className={styles.field}
          role="combobox"
          aria-label="Find a session or a command"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={chosen && `${id}-${chosen.id}`}
          placeholder="Find a session or a command"
          autoComplete="off"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setAt(0);
          }}
          onKeyDown={actByKey}
        />
        <div id={id} role="listbox" aria-label="Found" aria-busy={isOld} className={styles.found}>
          {groups.map(({ name, options: some }) => (
            // biome-ignore lint/a11y/useSemanticElements: a listbox takes groups of this role
            <div key={name} role="group" aria-label={name}>
              <p aria-hidden="true">{name}</p>
              {some.map((command) => (
                <Option
                  key={command.id}
                  id={`${id}-${command.id}`}
                  command={command}
                  isChosen={command === chosen}
                  onRun={run}
                />
              ))}
            </div>
          ))}
        </div>
        {options.length === 0 && !isOld && <p className={styles.none}>Nothing is called so.</p>}
      </div>
    </Sheet>
  );
}

interface OptionProps {
  id: string;
  command: Command;
  isChosen: boolean;
  onRun: (command: Command) => void;
}

function Option({ id, command, isChosen, onRun }: OptionProps) {
  const { name, icon: Icon, keys } = command;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      className={styles.option}
      ref={(element) => {
        if (isChosen) element?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onRun(command)}
    >
      {Icon && <Icon size={16} aria-hidden="true" />}
      <span>{name}</span>
      {keys && <small>{keys}</small>}
    </div>
  );
}
