import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { inDigits } from '../../parts/words.ts';
import styles from './document-reader.module.css';
import { PassagePage } from './passage-page.tsx';
import { PAGE_PASSAGES } from './use-passages.ts';

interface DocumentTextProps {
  id: string;
  chunkCount: number;
  passage: number | null;
}

/** The pages around the passage that is shown; a long document is never here as a whole unless the reader asks for it. */
export function DocumentText({ id, chunkCount, passage }: DocumentTextProps) {
  const last = Math.max(0, Math.ceil(chunkCount / PAGE_PASSAGES) - 1);
  const asked = Math.min(Math.floor((passage ?? 0) / PAGE_PASSAGES), last);
  const [shown, setShown] = useState({ asked, from: asked, to: asked });
  // Another passage of the same document: if it is not shown, begin again around it.
  if (shown.asked !== asked) {
    const isShown = asked >= shown.from && asked <= shown.to;
    setShown(isShown ? { ...shown, asked } : { asked, from: asked, to: asked });
  }
  const pages = Array.from({ length: shown.to - shown.from + 1 }, (_, at) => shown.from + at);
  const earlier = shown.from * PAGE_PASSAGES;
  const later = chunkCount - (shown.to + 1) * PAGE_PASSAGES;
  return (
    <>
      {earlier > 0 && (
        <Button className={styles.more} onClick={() => setShown({ ...shown, from: shown.from - 1 })}>
          Show earlier passages ({inDigits(earlier)})
        </Button>
      )}
      <div className={styles.text}>
        {pages.map((page) => (
          <PassagePage key={page} id={id} page={page} marked={passage} />
        ))}
      </div>
      {later > 0 && (
        <Button className={styles.more} onClick={() => setShown({ ...shown, to: shown.to + 1 })}>
          Show later passages ({inDigits(later)})
        </Button>
      )}
    </>
  );
}
