import { X } from 'lucide-react';
import { IconButton } from '../parts/icon-button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { usePreferences } from '../settings/preferences.ts';
import { commandKey } from './command-key.ts';
import styles from './shortcuts.module.css';

const command = commandKey();

const GROUPS: readonly { where: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    where: 'Anywhere',
    keys: [
      ['Alt N', 'New session'],
      [`${command} K`, 'Find a session or a command'],
      ['F6', 'Next part of the page; with Shift, the one before'],
      [`${command} .`, 'Stop the reply'],
      ['Esc', 'Close what was opened last'],
      [`${command} Z`, 'Take back what was deleted'],
    ],
  },
  {
    where: 'While writing',
    keys: [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
    ],
  },
  {
    where: 'In the conversation',
    keys: [
      ['↑ ↓', 'Message by message; Home and End go to the first and last'],
      ['Enter', 'Why this answer'],
      ['C', 'Copy as Markdown'],
      ['R', 'Try again'],
    ],
  },
  {
    where: 'In the list of sessions',
    keys: [
      ['↑ ↓', 'Session by session'],
      ['F2', 'Rename'],
      ['Delete', 'Delete'],
    ],
  },
  {
    where: 'Outside of fields',
    keys: [
      ['/', 'Write'],
      ['?', 'This list'],
    ],
  },
];

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Sheet label="Keyboard shortcuts" side="centre" onClose={onClose}>
      <header className={styles.top}>
        <h2>Keyboard shortcuts</h2>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      {!singleKeys && <p className={styles.off}>Keys without Ctrl or Alt are switched off in the settings.</p>}
      <div className={styles.groups}>
        {GROUPS.map(({ where, keys }) => (
          <section key={where} aria-label={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
