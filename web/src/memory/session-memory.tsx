import { Eraser, MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { SessionMemoriesQuery } from '../../../client/generated/graphql.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { Menu } from '../parts/menu.tsx';
import { Switch } from '../parts/switch.tsx';
import { counted, inDigits } from '../parts/words.ts';
import ForgetDialog from '../sessions/forget-dialog.tsx';
import styles from './memory.module.css';
import { MemoryBar } from './memory-bar.tsx';
import { useMemorySwitches } from './use-memory-switches.ts';
import { usePendingMemory } from './use-pending-memory.ts';

type Session = SessionMemoriesQuery['chatSessions']['nodes'][number];

/** One session: how much of it is remembered, and whether it is at all. */
export function SessionMemory({ session }: { session: Session }) {
  const { id, title, longTermMemory, crossSessionMemory, memory } = session;
  const { setMemory, error } = useMemorySwitches(session);
  const [isForgetting, setForgetting] = useState(false);
  usePendingMemory(id, longTermMemory && memory.pending > 0);
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <Link href={`/s/${id}`}>{title}</Link>
        {longTermMemory && <MemoryBar {...memory} />}
        <p className={styles.count}>{error ?? countOf(session)}</p>
      </div>
      <fieldset className={styles.switches} aria-label={`Memory of ${title}`}>
        <Switch label="Remember" isOn={longTermMemory} onChange={(enabled) => setMemory({ enabled })} />
        <Switch
          label="Cross sessions"
          isOn={crossSessionMemory}
          isDisabled={!longTermMemory}
          onChange={(crossSession) => setMemory({ crossSession })}
        />
      </fieldset>
      <Menu
        label={title}
        trigger={(button) => <IconButton label={`More for ${title}`} icon={MoreHorizontal} {...button} />}
        items={[
          {
            name: 'Forget everything of this session…',
            icon: Eraser,
            isDangerous: true,
            run: () => setForgetting(true),
          },
        ]}
      />
      {isForgetting && <ForgetDialog id={id} onClose={() => setForgetting(false)} />}
    </li>
  );
}

function countOf({ longTermMemory, memory: { indexed, pending, failed } }: Session): string {
  if (!longTermMemory) return 'Memory is off: nothing is recalled there, and nothing is recorded.';
  const all = indexed + pending + failed;
  if (all === 0) return 'Nothing in memory';
  const late = failed > 0 ? ` · ${counted(failed, 'message')} could not be remembered` : '';
  return `${inDigits(indexed)} of ${counted(all, 'message')} in memory${late}`;
}
