import { X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../parts/button.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { placeOf } from '../why/place-of.ts';
import { Choices } from './choices.tsx';
import { ChooseDocuments } from './choose-documents.tsx';
import { ChoosePeriod } from './choose-period.tsx';
import { faultOf, instantsOf, type Period } from './period.ts';
import styles from './report-dialog.module.css';
import { useGenerateReport } from './use-generate-report.ts';

interface ReportDialogProps {
  /** The session that it may report on; null where there is only the choice of all. */
  sessionId: string | null;
  onClose: () => void;
}

const SCOPES = [
  { value: 'THIS', name: 'This session' },
  { value: 'ALL', name: 'All sessions' },
] as const;
const FOCUS_LENGTH = 1_000;

/** What a report is to look at. It is written into the session it is about; one on all sessions gets a session of its own. */
export function ReportDialog({ sessionId, onClose }: ReportDialogProps) {
  const [, navigate] = useLocation();
  const [period, setPeriod] = useState<Period>({ kind: 'DAYS', days: 7 });
  const [scope, setScope] = useState<'THIS' | 'ALL'>(sessionId === null ? 'ALL' : 'THIS');
  const [focus, setFocus] = useState('');
  const [documentIds, setDocumentIds] = useState<readonly string[]>([]);
  const { begin, isBeginning, problem } = useGenerateReport();
  const [fault, setFault] = useState<string | null>(null);
  const headingId = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    const found = faultOf(period);
    setFault(found);
    if (found !== null || isBeginning) return;
    const begun = await begin({
      ...instantsOf(period),
      ...(scope === 'THIS' && sessionId !== null && { sessionId }),
      ...(focus.trim() !== '' && { focus: focus.trim() }),
      ...(documentIds.length > 0 && { documentIds: [...documentIds] }),
    });
    if (!begun) return;
    onClose();
    navigate(placeOf({ id: begun.reportId, session: { id: begun.sessionId } }));
  }

  return (
    <Sheet label="New report" side="centre" onClose={onClose}>
      <form className={styles.form} onSubmit={submit} aria-labelledby={headingId}>
        <div className={styles.head}>
          <h2 id={headingId} tabIndex={-1} data-first-focus>
            New report
          </h2>
          <IconButton label="Close" icon={X} onClick={onClose} />
        </div>
        <p className={styles.about}>
          A report rests on your own messages of the period and on your documents, never on what the coach said, and
          names its source for every statement.
        </p>
        <ChoosePeriod period={period} onChoose={setPeriod} />
        {sessionId !== null && <Choices legend="Of" choices={SCOPES} chosen={scope} onChoose={setScope} />}
        <p className={styles.where}>
          {scope === 'THIS' ? 'It is written into this session.' : 'It gets a session of its own.'}
        </p>
        <label className={styles.focus}>
          <span>
            What should it look at? <small>Optional</small>
          </span>
          <textarea
            rows={2}
            maxLength={FOCUS_LENGTH}
            placeholder="For example: what keeps my mornings free"
            value={focus}
            onChange={({ target }) => setFocus(target.value)}
          />
        </label>
        <ChooseDocuments chosen={documentIds} onChoose={setDocumentIds} />
        {(fault ?? problem) && (
          <div role="alert">
            <Notice kind="warn" title={fault ?? problem} />
          </div>
        )}
        <div className={styles.foot}>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" aria-disabled={isBeginning}>
            {isBeginning ? 'Beginning' : 'Write the report'}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
