import type { ReactNode } from 'react';
import styles from './settings.module.css';

export function Section({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={name}>
      <h2>{name}</h2>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
