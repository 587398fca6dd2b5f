import { FileUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useToasts } from '../../parts/toasts.tsx';
import styles from './drop-target.module.css';
import { filesOf } from './files-of.ts';
import type { UploadFor } from './upload-queue.ts';
import { useUploads } from './uploads.tsx';

/** Files that are dropped or pasted anywhere in the app. While they are dragged over it, says what will become of them. */
export function DropTarget() {
  const { queue } = useUploads();
  const { show } = useToasts();
  const [location, navigate] = useLocation();
  const [isOver, setOver] = useState(false);
  const what = whatFor(location);

  useEffect(() => {
    function take(transfer: DataTransfer) {
      const { files, folders } = filesOf(transfer);
      if (folders > 0) show({ text: 'Folders cannot be uploaded. Drop the files that are in it.' });
      if (files.length === 0) return;
      queue.add(files, what);
      // Where nothing would show how far they are.
      if (what === 'library') navigate('/documents');
    }
    function over(event: DragEvent) {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    }
    function leave({ relatedTarget }: DragEvent) {
      // From one element to another is not out of the page.
      if (relatedTarget === null) setOver(false);
    }
    function drop(event: DragEvent) {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer);
    }
    function paste(event: ClipboardEvent) {
      // Copied from a document, text may come with a picture of itself: then the text is meant.
      if (!event.clipboardData?.files.length || event.clipboardData.types.includes('text/plain')) return;
      event.preventDefault();
      take(event.clipboardData);
    }
    const gone = new AbortController();
    const { signal } = gone;
    window.addEventListener('dragover', over, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => gone.abort();
  }, [queue, show, navigate, what]);

  if (!isOver) return null;
  return (
    <div className={styles.over} aria-hidden="true">
      <p>
        <FileUp size={28} />
        <b>{WORDS[typeof what === 'object' ? 'session' : what]}</b>
        <span>PDF, Word, HTML, Markdown or text</span>
      </p>
    </div>
  );
}

const WORDS = {
  library: 'Drop to add to your documents',
  session: 'Drop to add to this session',
  'new-session': 'Drop to add to the new session',
};

function whatFor(location: string): UploadFor {
  if (location === '/') return 'new-session';
  const [, sessionId] = /^\/s\/([^/]+)$/.exec(location) ?? [];
  return sessionId === undefined ? 'library' : { sessionId };
}
