import type { ServerQuery } from '../../../client/generated/graphql.ts';
import { useServerQuery } from '../../../client/generated/hooks.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { inDigits } from '../parts/words.ts';
import styles from './settings.module.css';

/** The one embedding model that runs inside the server. */
const LOCAL_EMBEDDINGS = 'use-lite';

export function ModelSection() {
  const { data, error } = useServerQuery({ fetchPolicy: 'cache-and-network' });
  if (!data) return error ? <p className={styles.problem}>The server does not say.</p> : <Skeleton lines={2} />;
  const { modelStatus, models } = data;
  return (
    <>
      <Answers status={modelStatus} />
      <p>{embeddingsOf(modelStatus)}</p>
      {models.length > 1 && (
        <div className={styles.wide}>
          <p>A session can use any of these; each session&rsquo;s menu says which.</p>
          <ul className={styles.models}>
            {models.map(({ id, contextWindowTokens, isDefault }) => (
              <li key={id}>
                {id} <small>{isDefault ? 'default' : `${inDigits(contextWindowTokens)} tokens`}</small>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** As far as the server tells, and no further: which machine an endpoint is on, it does not. */
function Answers({ status: { provider, state, chatModel, error } }: { status: ServerQuery['modelStatus'] }) {
  if (provider === 'OFFLINE') {
    return (
      <p>
        <b>No model is connected.</b> The built-in responder answers by rules and by quoting you. To answer, nothing is
        sent to anyone.
      </p>
    );
  }
  return (
    <>
      <p>
        <b>{chatModel} answers.</b> To answer, what you write, and what is recalled for it, is sent to the model
        endpoint that this server was set up with. Whoever runs the server knows where that is.
      </p>
      {state === 'UNREACHABLE' && (
        <p className={styles.problem}>It does not answer at the moment{error ? `: ${error}` : '.'}</p>
      )}
    </>
  );
}

function embeddingsOf({ embeddingModel, provider }: ServerQuery['modelStatus']): string {
  if (embeddingModel === LOCAL_EMBEDDINGS) return 'What you said before is found by a small model inside the server.';
  if (provider === 'OFFLINE') return `What you said before is found with ${embeddingModel}.`;
  return `What you said before is found with ${embeddingModel}: messages and documents are sent to its endpoint for that.`;
}
