import { Printer } from 'lucide-react';
import { useRef } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PrintSheet } from './print-sheet.tsx';
import styles from './report.module.css';
import { usePrinting } from './use-printing.ts';

export function ReportActions({ message }: { message: MessageFieldsFragment }) {
  const row = useRef<HTMLDivElement>(null);
  const { isPrinting, print } = usePrinting(row);
  return (
    <div ref={row} className={styles.actions}>
      <Button kind="quiet" onClick={print}>
        <Printer size={15} aria-hidden="true" />
        Print
      </Button>
      <CopyButton text={() => message.content}>Copy</CopyButton>
      {isPrinting && <PrintSheet message={message} />}
    </div>
  );
}
