import { type ComponentProps, type RefObject, useLayoutEffect, useRef } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import styles from './citation.module.css';
import { SourceName } from './source-name.tsx';

export type Cited = MessageFieldsFragment['citations'][number];

const GAP_PX = 6;
const EDGE_PX = 8;

interface CitationPreviewProps extends ComponentProps<'span'> {
  cited: Cited;
  by: RefObject<HTMLElement | null>;
}

/** What a citation was taken from, as a note above or below it. */
export function CitationPreview({ cited, by, ...rest }: CitationPreviewProps) {
  const note = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!note.current || !by.current) return;
    note.current.showPopover();
    place(note.current, by.current.getBoundingClientRect());
  }, [by]);
  return (
    // A span, because it stands in a paragraph.
    <span ref={note} popover="manual" role="tooltip" className={styles.preview} {...rest}>
      <span className={styles.from}>{cited.source ? <SourceName source={cited.source} /> : 'Deleted since'}</span>
      <span className={styles.excerpt}>{cited.excerpt}</span>
    </span>
  );
}

/** Above where there is room, so that it does not cover what is read next; never beyond the page. */
function place(note: HTMLElement, by: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = note;
  const fitsAbove = by.top - GAP_PX - height >= EDGE_PX;
  const left = Math.min(by.left + by.width / 2 - width / 2, innerWidth - EDGE_PX - width);
  note.style.left = `${Math.max(EDGE_PX, left)}px`;
  note.style.top = `${fitsAbove ? by.top - GAP_PX - height : by.bottom + GAP_PX}px`;
}
