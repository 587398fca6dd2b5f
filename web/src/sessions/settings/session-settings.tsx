import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useChatSessionQuery } from '../../../../client/generated/hooks.ts';
import { IconButton } from '../../parts/icon-button.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { inDigits } from '../../parts/words.ts';
import type { SettingsPart } from '../session-actions.tsx';
import { InstructionsField } from './instructions-field.tsx';
import { LinkedDocuments } from './linked-documents.tsx';
import { MemorySwitches } from './memory-switches.tsx';
import { ModelSelect } from './model-select.tsx';
import styles from './session-settings.module.css';
import { TagsField } from './tags-field.tsx';

interface SessionSettingsProps {
  id: string;
  /** What to begin with. */
  part?: SettingsPart | undefined;
  onClose: () => void;
}

/** All that a session is set to; each change is kept as it is made. */
// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function SessionSettings({ id, part, onClose }: SessionSettingsProps) {
  // One message is enough: the cache holds those that the page shows.
  const { data, error } = useChatSessionQuery({ variables: { id, last: 1 } });
  const session = data?.chatSession;
  const sheet = useRef<HTMLDivElement>(null);
  const isThere = session !== undefined;
  useEffect(() => {
    if (!isThere || !part) return;
    const target = sheet.current?.querySelector<HTMLElement>(`[data-part=${part}]`);
    target?.scrollIntoView({ block: 'start' });
    target?.querySelector<HTMLElement>('input, select')?.focus({ preventScroll: true });
  }, [isThere, part]);

  return (
    <Sheet label="Session settings" side="centre" onClose={onClose}>
      <div ref={sheet} className={styles.sheet}>
        <header>
          <div>
            <h2>Session settings</h2>
            {session && <p>{session.title}</p>}
          </div>
          <IconButton label="Close" icon={X} onClick={onClose} />
        </header>
        {!session && !error && <Skeleton lines={4} />}
        {(error || session === null) && <p role="alert">The settings of this session could not be loaded.</p>}
        {session && (
          <>
            <section data-part="tags" aria-label="Tags">
              <h3>Tags</h3>
              <TagsField session={session} />
            </section>
            <section data-part="documents" aria-label="Documents">
              <h3>
                Documents <span>{session.documents.length > 0 && `${inDigits(session.documents.length)} linked`}</span>
              </h3>
              <LinkedDocuments session={session} />
            </section>
            <section data-part="memory" aria-label="Memory">
              <h3>Memory</h3>
              <MemorySwitches session={session} onForget={onClose} />
            </section>
            <section data-part="model" aria-label="Model and instructions">
              <ModelSelect session={session} />
              <InstructionsField session={session} />
            </section>
            <section aria-label="Usage">
              <h3>Usage</h3>
              <p className={styles.usage}>
                <b>{inDigits(session.usage.totalTokens)}</b> tokens so far: {inDigits(session.usage.inputTokens)} read,{' '}
                {inDigits(session.usage.outputTokens)} written.
              </p>
            </section>
          </>
        )}
      </div>
    </Sheet>
  );
}
