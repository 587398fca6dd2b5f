import { Monitor, Moon, Sun } from 'lucide-react';
import { type Preferences, prefer, usePreferences } from './preferences.ts';
import styles from './settings.module.css';

const THEMES = [
  { value: 'system', name: 'System', icon: Monitor },
  { value: 'light', name: 'Light', icon: Sun },
  { value: 'dark', name: 'Dark', icon: Moon },
] as const satisfies readonly { value: Preferences['theme']; name: string; icon: unknown }[];

export function ThemeSection() {
  const { theme } = usePreferences();
  return (
    <fieldset className={styles.choices}>
      <legend className="sr">Theme</legend>
      {THEMES.map(({ value, name, icon: Icon }) => (
        <label key={value}>
          <input type="radio" name="theme" checked={theme === value} onChange={() => prefer('theme', value)} />
          <Icon size={15} aria-hidden="true" />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
