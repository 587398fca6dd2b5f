import { ChevronDown } from 'lucide-react';
import type { PromptSectionKind } from '../../../client/generated/graphql.ts';
import { counted, dayOf, inDigits } from '../parts/words.ts';
import styles from './item.module.css';
import { ItemRow } from './item-row.tsx';
import { type Item, rangeOf } from './manifest.ts';
import { Mark } from './mark.tsx';

interface ItemsRowProps {
  items: readonly [Item, ...Item[]];
  kind: PromptSectionKind;
  isOpen: boolean;
}

/** Neighbours that met the same fate, told in one row, and unfolded one by one. */
export function ItemsRow({ items, kind, isOpen }: ItemsRowProps) {
  const [{ decision, reason }] = items;
  const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
  return (
    <li className={`${styles.item} ${styles[decision]}`}>
      {/* Opened anew where the reader asks for what was cut. */}
      <details key={String(isOpen)} className={styles.run} open={isOpen}>
        <summary>
          <Mark decision={decision} />
          <span className={styles.from}>{kind === 'RECENT_TURNS' ? rangeWords(items) : countWords(kind, items)}</span>
          <ChevronDown size={16} aria-hidden="true" />
          {reason && <span className={styles.reason}>{reason}</span>}
          <span className={styles.foot}>{inDigits(tokens)} tokens</span>
        </summary>
        <ul>
          {items.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what was sent does not change
            <ItemRow key={at} item={item} kind={kind} isCited={false} isAskedFor={false} />
          ))}
        </ul>
      </details>
    </li>
  );
}

const countWords = (kind: PromptSectionKind, items: readonly Item[]): string =>
  counted(items.length, kind === 'DOCUMENTS' ? 'passage' : 'message');

/** As in "Messages 8 to 13, Yesterday". */
function rangeWords(items: readonly Item[]): string {
  const range = rangeOf(items);
  const count = counted(items.length, 'message');
  if (!range) return count;
  const days = [
    ...new Set(items.flatMap(({ source }) => (source?.__typename === 'ChatMessage' ? [dayOf(source.createdAt)] : []))),
  ];
  const when = days.length > 1 ? `${days[0]} to ${days.at(-1)}` : days[0];
  return `Messages ${inDigits(range.first)} to ${inDigits(range.last)}, ${when}`;
}
