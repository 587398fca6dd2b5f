import { Info } from 'lucide-react';
import { useState } from 'react';
import { Budget } from './budget.tsx';
import { ExactlySent } from './exactly-sent.tsx';
import { Filter } from './filter.tsx';
import { countsOf, isRecord, type Manifest, type Shown, scaleOf } from './manifest.ts';
import { ManifestSection } from './manifest-section.tsx';
import { useShownSource } from './use-shown-source.ts';
import styles from './why-panel.module.css';

export interface ManifestViewProps {
  manifest: Manifest;
  /** The numbers that the reply's text refers to. */
  cited: ReadonlySet<number>;
  isReport: boolean;
  /** Of the source that was asked for. */
  marker: number | null;
}

/** All that a manifest says: how much, what went wrong, what was sent and what was not, and the very words. */
export function ManifestView(props: ManifestViewProps) {
  const { manifest, marker } = props;
  const [shown, setShown] = useState<Shown>('ALL');
  const isFound = useShownSource(marker, () => setShown('ALL'));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section className={styles.body} aria-label="What was sent" tabIndex={0}>
      <Budget manifest={manifest} />
      {!isFound && marker !== null && (
        <p className={styles.note}>
          <Info size={16} aria-hidden="true" />
          Source {marker} is not among what was sent.
        </p>
      )}
      {manifest.notes.filter(isTrouble).map((note) => (
        <p className={styles.note} key={note}>
          <Info size={16} aria-hidden="true" />
          <span>{note}</span>
        </p>
      ))}
      <Filter counts={countsOf(manifest)} shown={shown} onShow={setShown} />
      {manifest.sections.map((section) => (
        <ManifestSection key={section.kind} {...props} section={section} scale={scaleOf(manifest)} shown={shown} />
      ))}
      <ExactlySent
        messages={manifest.messages}
        requestHash={manifest.requestHash}
        notes={manifest.notes.filter(isRecord)}
      />
    </section>
  );
}

const isTrouble = (note: string): boolean => !isRecord(note);
