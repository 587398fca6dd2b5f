import { useApolloClient } from '@apollo/client/react';
import {
  MessageStatesDocument,
  type SessionDetailsFragment,
  SetLongTermMemoryDocument,
} from '../../../../client/generated/graphql.ts';
import { Switch } from '../../parts/switch.tsx';
import { counted, inDigits } from '../../parts/words.ts';
import { useSessionActions } from '../session-actions.tsx';
import { useSave } from '../use-save.ts';
import styles from './memory-switches.module.css';

type Session = Pick<SessionDetailsFragment, 'id' | 'longTermMemory' | 'crossSessionMemory' | 'memory'>;

/** How many of the last messages are asked how they stand after a switch. */
const LAST = 100;

interface MemorySwitchesProps {
  session: Session;
  /** Called as the question opens whether to forget. */
  onForget?: () => void;
}

export function MemorySwitches({ session, onForget }: MemorySwitchesProps) {
  const { cache, mutate, query } = useApolloClient();
  const { openForget } = useSessionActions();
  const [saving, save] = useSave();
  const { id, longTermMemory, crossSessionMemory, memory } = session;

  const turn = (what: { enabled?: boolean; crossSession?: boolean }) =>
    save(async () => {
      const show = (enabled = longTermMemory, crossSession = crossSessionMemory) =>
        cache.modify({
          id: cache.identify({ __typename: 'ChatSession', id }) ?? '',
          fields: { longTermMemory: () => enabled, crossSessionMemory: () => crossSession },
        });
      show(what.enabled, what.crossSession);
      try {
        await mutate({ mutation: SetLongTermMemoryDocument, variables: { input: { sessionId: id, ...what } } });
      } catch (error) {
        show();
        throw error;
      }
      // Every message stands otherwise now; that it does not show yet is no failure of the switch.
      const variables = { id, last: LAST };
      await query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' }).catch(() => undefined);
    });

  return (
    <div className={styles.switches}>
      <Switch label="Long-term memory" isOn={longTermMemory} onChange={(enabled) => turn({ enabled })}>
        {longTermMemory
          ? 'On: what you write here is remembered, and answers draw on what you said before.'
          : 'Off: nothing you write here is remembered, and nothing remembered is used.'}
      </Switch>
      <Switch
        label="Cross over to other sessions"
        isOn={crossSessionMemory}
        onChange={(crossSession) => turn({ crossSession })}
      >
        {crossingMeans(session)}
      </Switch>
      {longTermMemory && <Counts memory={memory} />}
      {saving.state === 'failed' && (
        <p role="alert" className={styles.problem}>
          This could not be changed. {saving.why}
        </p>
      )}
      <button
        type="button"
        className={styles.forget}
        onClick={() => {
          onForget?.();
          openForget(id);
        }}
      >
        Forget this session…
      </button>
    </div>
  );
}

function crossingMeans({ longTermMemory, crossSessionMemory }: Session): string {
  if (!crossSessionMemory) return 'Off: this session and your others know nothing of each other.';
  if (!longTermMemory) return 'On, but without effect while long-term memory is off.';
  return 'On: answers here may draw on your other sessions that are set so too, and theirs on this one.';
}

function Counts({ memory: { indexed, pending, failed } }: { memory: Session['memory'] }) {
  const count = indexed + pending + failed;
  if (count === 0) return <p className={styles.counts}>Nothing of this session is in memory yet.</p>;
  return (
    <p className={styles.counts}>
      {counted(count, 'message')}: {inDigits(indexed)} in memory
      {pending > 0 && `, ${inDigits(pending)} on the way`}
      {failed > 0 && (
        <span className={styles.failed}>, {inDigits(failed)} could not be added and will not be found by meaning</span>
      )}
      .
    </p>
  );
}
