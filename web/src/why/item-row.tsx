import type { PromptSectionKind } from '../../../client/generated/graphql.ts';
import { Score } from '../parts/score.tsx';
import { inDigits } from '../parts/words.ts';
import styles from './item.module.css';
import { type Item, isForgotten } from './manifest.ts';
import { Mark } from './mark.tsx';
import { OpenSource } from './open-source.tsx';
import { SourceName } from './source-name.tsx';
import { idOfSource } from './use-shown-source.ts';
import { SECTIONS } from './words-of-why.ts';

interface ItemRowProps {
  item: Item;
  kind: PromptSectionKind;
  isCited: boolean;
  isAskedFor: boolean;
}

/** One thing that was sent, or was not: from whom, what, and why not. */
export function ItemRow({ item, kind, isCited, isAskedFor }: ItemRowProps) {
  const { decision, marker, source, excerpt, reason } = item;
  return (
    <li
      id={marker === null ? undefined : idOfSource(marker)}
      tabIndex={-1}
      className={`${styles.item} ${styles[decision]} ${isAskedFor ? styles.askedFor : ''}`}
    >
      <div className={styles.head}>
        <Mark decision={decision} />
        <span className={styles.from}>{source ? <SourceName source={source} /> : SECTIONS[kind].name}</span>
        {marker !== null && <Marker marker={marker} isCited={isCited} />}
      </div>
      <p className={styles.excerpt}>{excerpt}</p>
      {reason && <p className={styles.reason}>{reason}</p>}
      <div className={styles.foot}>
        {item.score !== null && <Score value={item.score} />}
        <span>{inDigits(item.tokens)} tokens</span>
        {isForgotten(item) ? <span className={styles.open}>Deleted</span> : source && <OpenSource source={source} />}
      </div>
    </li>
  );
}

function Marker({ marker, isCited }: { marker: number; isCited: boolean }) {
  const words = isCited ? `Quoted in the reply as [${marker}]` : `Sent as [${marker}], not quoted in the reply`;
  return (
    <span className={`${styles.marker} ${isCited ? styles.cited : ''}`} title={words}>
      <span aria-hidden="true">{marker}</span>
      <span className="sr">{words}</span>
    </span>
  );
}
