import { FileUp } from 'lucide-react';
import styles from './no-documents.module.css';

export function NoDocuments() {
  return (
    <div className={styles.none}>
      <FileUp size={28} aria-hidden="true" />
      <h2>Give your coach something to read</h2>
      <p>
        Notes, plans, a chapter, a letter. Answers in the sessions that you link it to can draw on its passages, and
        show you which. Drop files here, or use Add.
      </p>
      <p className={styles.kinds}>PDF, Word, HTML, Markdown or text</p>
    </div>
  );
}
