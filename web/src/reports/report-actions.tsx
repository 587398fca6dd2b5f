import { Printer } from 'lucide-react';
import { useState } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PrintSheet } from './print-sheet.tsx';
import styles from './report.module.css';

interface ReportActionsProps {
  message: MessageFieldsFragment;
  sessionId: string;
}

export function ReportActions({ message, sessionId }: ReportActionsProps) {
  const [isPrinting, setPrinting] = useState(false);
  return (
    <div className={styles.actions}>
      <Button kind="quiet" onClick={() => setPrinting(true)}>
        <Printer size={15} aria-hidden="true" />
        Print
      </Button>
      <CopyButton text={() => message.content}>Copy</CopyButton>
      {isPrinting && <PrintSheet message={message} sessionId={sessionId} onPrinted={() => setPrinting(false)} />}
    </div>
  );
}
