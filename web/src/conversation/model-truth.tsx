import type { ServerQuery } from '../../../client/generated/graphql.ts';
import styles from './hello.module.css';

/** Who answers, and where words go for it; as far as the server tells. */
export function ModelTruth({ status: { provider, state, chatModel, error } }: { status: ServerQuery['modelStatus'] }) {
  if (provider === 'OFFLINE') {
    return (
      <p className={styles.truth}>
        <b>No model is connected.</b> The built-in responder answers by rules and by quoting you.
      </p>
    );
  }
  return (
    <p className={styles.truth}>
      <b>{state === 'READY' ? `${chatModel} answers.` : `${chatModel} does not answer at the moment.`}</b> To answer,
      what you write and what is recalled for it are sent to the model endpoint that this server was set up with.
      {error && ` It says: ${error}`}
    </p>
  );
}
