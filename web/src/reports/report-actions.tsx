import { Printer } from 'lucide-react';
import { useState } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PrintSheet } from './print-sheet.tsx';
import styles from './report.module.css';

export function ReportActions({ message }: { message: MessageFieldsFragment }) {
  const [isPrinting, setPrinting] = useState(false);
  return (
    <div className={styles.actions}>
      <Button kind="quiet" onClick={() => setPrinting(true)}>
        <Printer size={15} aria-hidden="true" />
        Print
      </Button>
      <CopyButton text={() => message.content}>Copy</CopyButton>
      {isPrinting && <PrintSheet message={message} onPrinted={() => setPrinting(false)} />}
    </div>
  );
}
