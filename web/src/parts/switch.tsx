import { type ReactNode, useId } from 'react';
import styles from './switch.module.css';

interface SwitchProps {
  label: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
  /** What it means as it stands, in a plain sentence. */
  children?: ReactNode;
}

export function Switch({ label, isOn, isDisabled, onChange, children }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label className={styles.switch}>
        <span>{label}</span>
        <input
          type="checkbox"
          role="switch"
          checked={isOn}
          aria-checked={isOn}
          disabled={isDisabled}
          aria-describedby={children ? id : undefined}
          onChange={({ target }) => onChange(target.checked)}
        />
      </label>
      {children && (
        <p id={id} className={styles.about}>
          {children}
        </p>
      )}
    </div>
  );
}
