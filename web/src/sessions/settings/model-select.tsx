import { useServerQuery } from '../../../../client/generated/hooks.ts';
import { inDigits } from '../../parts/words.ts';
import { useEditSession } from '../use-edit-session.ts';
import { useSave } from '../use-save.ts';
import styles from './session-settings.module.css';

export function ModelSelect({ session }: { session: { id: string; model: string } }) {
  const { data } = useServerQuery();
  const edit = useEditSession();
  const [saving, save] = useSave();
  const models = data?.models ?? [];
  // A model that the server no longer offers.
  const isKnown = models.some(({ id }) => id === session.model);
  return (
    <label className={styles.field}>
      <span className={styles.label}>Model</span>
      <select value={session.model} onChange={({ target }) => save(() => edit(session, { model: target.value }))}>
        {!isKnown && <option value={session.model}>{session.model}, not offered here: the default answers</option>}
        {models.map(({ id, contextWindowTokens, isDefault }) => (
          <option key={id} value={id}>
            {id}
            {isDefault ? ', the default' : ''} ({inDigits(contextWindowTokens)} tokens)
          </option>
        ))}
      </select>
      {saving.state === 'failed' && (
        <span role="alert" className={styles.problem}>
          The model could not be changed. {saving.why}
        </span>
      )}
    </label>
  );
}
