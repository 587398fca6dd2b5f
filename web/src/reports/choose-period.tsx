import { Choices } from './choices.tsx';
import type { Period } from './period.ts';
import styles from './report-dialog.module.css';

const CHOICES = [
  { value: '7', name: 'Last 7 days' },
  { value: '30', name: 'Last 30 days' },
  { value: 'ALL', name: 'Everything' },
  { value: 'BETWEEN', name: 'Choose days' },
] as const;
type Choice = (typeof CHOICES)[number]['value'];

export function ChoosePeriod({ period, onChoose }: { period: Period; onChoose: (period: Period) => void }) {
  return (
    <div>
      <Choices
        legend="Period"
        choices={CHOICES}
        chosen={choiceOf(period)}
        onChoose={(one) => onChoose(periodOf(one))}
      />
      {period.kind === 'BETWEEN' && (
        <div className={styles.dates}>
          <label>
            <span>From</span>
            <input
              type="date"
              value={period.from}
              max={period.to || undefined}
              onChange={({ target }) => onChoose({ ...period, from: target.value })}
            />
          </label>
          <label>
            <span>To, that day included</span>
            <input
              type="date"
              value={period.to}
              min={period.from || undefined}
              onChange={({ target }) => onChoose({ ...period, to: target.value })}
            />
          </label>
        </div>
      )}
    </div>
  );
}

function choiceOf(period: Period): Choice {
  if (period.kind !== 'DAYS') return period.kind;
  return period.days === 7 ? '7' : '30';
}

function periodOf(choice: Choice): Period {
  if (choice === 'ALL') return { kind: 'ALL' };
  if (choice === 'BETWEEN') return { kind: 'BETWEEN', from: '', to: '' };
  return { kind: 'DAYS', days: Number(choice) };
}
