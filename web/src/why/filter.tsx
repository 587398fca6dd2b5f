import { useId } from 'react';
import { inDigits } from '../parts/words.ts';
import styles from './filter.module.css';
import type { Shown } from './manifest.ts';

const CHOICES: readonly [Shown, string][] = [
  ['ALL', 'Everything'],
  ['SENT', 'Sent'],
  ['CUT', 'Shortened or left out'],
];

interface FilterProps {
  counts: Record<Shown, number>;
  shown: Shown;
  onShow: (shown: Shown) => void;
}

/** The first thing people ask: why did it not know that? */
export function Filter({ counts, shown, onShow }: FilterProps) {
  const name = useId();
  return (
    <fieldset className={styles.filter}>
      <legend className="sr">Show</legend>
      {CHOICES.map(([choice, words]) => (
        <label key={choice}>
          <input type="radio" name={name} checked={shown === choice} onChange={() => onShow(choice)} />
          <span>
            {words} <b>{inDigits(counts[choice])}</b>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
