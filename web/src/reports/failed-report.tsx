import { RefreshCw, TriangleAlert } from 'lucide-react';
import { Suspense, useState } from 'react';
import { useRoute } from 'wouter';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { Button } from '../parts/button.tsx';
import { lazily } from '../parts/lazily.ts';
import { Notice } from '../parts/notice.tsx';
import styles from './report.module.css';

const ReportDialog = lazily(async () => ({ default: (await import('./report-dialog.tsx')).ReportDialog }));

const TITLES: Record<string, string> = {
  INTERRUPTED: 'The report was cut off',
  MODEL_UNAVAILABLE: 'The model did not answer',
  TIMEOUT: 'The model did not answer',
  MODEL_REFUSED: 'The model declined to write this',
};

/** Why it ended early. A report is begun anew, with what it is to look at chosen again: what was written of this one stays. */
export function FailedReport({ message }: { message: MessageFieldsFragment }) {
  const [isAsking, setAsking] = useState(false);
  const [, here] = useRoute('/s/:id');
  const { error } = message;
  return (
    <div className={styles.failure}>
      <Notice
        kind="warn"
        icon={TriangleAlert}
        title={TITLES[error?.code ?? ''] ?? 'The report could not be finished'}
        actions={
          error?.retryable && (
            <Button onClick={() => setAsking(true)}>
              <RefreshCw size={15} aria-hidden="true" />
              Try again
            </Button>
          )
        }
      >
        {error?.message}
      </Notice>
      {isAsking && (
        <Suspense fallback={null}>
          <ReportDialog sessionId={here?.id ?? null} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  );
}
