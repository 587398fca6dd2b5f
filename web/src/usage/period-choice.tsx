import { PERIODS, type Period } from './period.ts';
import styles from './period-choice.module.css';

export function PeriodChoice({ period, onChoose }: { period: Period; onChoose: (period: Period) => void }) {
  return (
    <fieldset className={styles.choice}>
      <legend className="sr">Period</legend>
      {PERIODS.map(({ name, label }) => (
        <label key={name}>
          <input type="radio" name="period" className="sr" checked={name === period} onChange={() => onChoose(name)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
