import { useId } from 'react';
import styles from './choices.module.css';

interface ChoicesProps<T extends string> {
  legend: string;
  choices: readonly { value: T; name: string }[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** A few ways, of which one is taken. */
export function Choices<T extends string>({ legend, choices, chosen, onChoose }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      <div>
        {choices.map(({ value, name: words }) => (
          <label key={value}>
            <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
