import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { inDigits } from '../parts/words.ts';
import { ItemRow } from './item-row.tsx';
import { ItemsRow } from './items-row.tsx';
import { isCut, isShown, rowsOf, type Section, type Shown } from './manifest.ts';
import styles from './manifest-section.module.css';
import type { ManifestViewProps } from './manifest-view.tsx';
import { SECTIONS } from './words-of-why.ts';

interface ManifestSectionProps extends ManifestViewProps {
  section: Section;
  /** How many tokens the longest bar stands for. */
  scale: number;
  shown: Shown;
}

/** What was found is of more interest than what is always there. */
const OPEN_AT_FIRST = new Set(['MEMORY', 'DOCUMENTS']);

export function ManifestSection({ section, scale, shown, cited, isReport, marker }: ManifestSectionProps) {
  const { kind, tokens, wantedTokens, summarized } = section;
  const [isUnfolded, setUnfolded] = useState(OPEN_AT_FIRST.has(kind));
  const items = section.items.filter((item) => isShown(shown, item));
  if (items.length === 0) return null;
  const { name, says, ofReport } = SECTIONS[kind];
  const cut = section.items.filter(isCut).length;
  const missing = Math.max(0, wantedTokens - tokens);
  const rows = rowsOf(kind, items);
  return (
    <details
      className={`${styles.section} ${styles[kind]}`}
      data-section={kind}
      open={isUnfolded || shown !== 'ALL'}
      onToggle={({ currentTarget }) => shown === 'ALL' && setUnfolded(currentTarget.open)}
    >
      <summary>
        <i className={styles.swatch} aria-hidden="true" />
        <h3>{name}</h3>
        <span className={styles.figures}>
          {cut > 0 && <span className={styles.cut}>{inDigits(cut)} cut</span>}
          <b>{inDigits(tokens)}</b>
          {missing > 0 && <span> of {inDigits(wantedTokens)}</span>}
          <span className="sr"> tokens</span>
        </span>
        <ChevronDown size={16} aria-hidden="true" className={styles.chevron} />
        <span className={styles.wanted} aria-hidden="true">
          <i style={{ width: `${(100 * tokens) / scale}%` }} />
          <i className={styles.missing} style={{ width: `${(100 * missing) / scale}%` }} />
        </span>
      </summary>
      <p className={styles.says}>{isReport && ofReport ? ofReport : says}</p>
      {summarized && (
        <p className={styles.says}>
          A model condensed this with your question in mind. Its very words are under “Exactly what was sent”.
        </p>
      )}
      <ul className={styles.items}>
        {rows.map(({ items: [first, ...more], at }) =>
          more.length > 0 ? (
            <ItemsRow key={at} items={[first, ...more]} isOpen={shown === 'CUT'} kind={kind} />
          ) : (
            <ItemRow
              key={at}
              item={first}
              kind={kind}
              isCited={first.marker !== null && cited.has(first.marker)}
              isAskedFor={marker !== null && first.marker === marker}
            />
          ),
        )}
      </ul>
    </details>
  );
}
