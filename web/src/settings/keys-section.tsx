import { Button } from '../parts/button.tsx';
import { Switch } from '../parts/switch.tsx';
import { useShell } from '../shell/shell.tsx';
import { prefer, usePreferences } from './preferences.ts';
import styles from './settings.module.css';

export function KeysSection() {
  const { singleKeys, announceParagraphs } = usePreferences();
  const { open } = useShell();
  return (
    <div className={styles.wide}>
      <Switch label="Shortcuts of a single key" isOn={singleKeys} onChange={(isOn) => prefer('singleKeys', isOn)}>
        Keys like / and ? outside of fields. Switch them off if you speak to your computer, or hit keys by accident.
      </Switch>
      <Switch
        label="Read out each paragraph"
        isOn={announceParagraphs}
        onChange={(isOn) => prefer('announceParagraphs', isOn)}
      >
        For screen readers: a reply is read out paragraph by paragraph as it is written, and not at its end.
      </Switch>
      <div>
        <Button className="wide-only" onClick={() => open('shortcuts')}>
          All keyboard shortcuts
        </Button>
      </div>
    </div>
  );
}
