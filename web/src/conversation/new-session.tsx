import { useLocation } from 'wouter';
import { useSendMessageMutation, useServerQuery } from '../../../client/generated/hooks.ts';
import { Page } from '../shell/page.tsx';
import { Composer } from './composer.tsx';
import styles from './new-session.module.css';

const OPENERS = [
  'I keep putting something off',
  'I have a hard conversation coming up',
  'Look back on my week with me',
];

export function NewSession() {
  const [, navigate] = useLocation();
  const [send] = useSendMessageMutation();
  const { data } = useServerQuery();
  async function begin(content: string) {
    const { data } = await send({ variables: { input: { content } } });
    if (data) navigate(`/s/${data.sendMessage.session.id}`);
  }
  return (
    <Page title="New session" dock={<Composer isReplying={false} onSend={begin} onStop={() => undefined} />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section className={styles.hello} aria-label="Conversation" tabIndex={0}>
        <div className={styles.column}>
          <h2>What is on your mind?</h2>
          <p>Write as you would speak. You can always see what the coach was given to answer.</p>
          <ul className={styles.openers}>
            {OPENERS.map((opener) => (
              <li key={opener}>
                <button type="button" onClick={() => void begin(opener)}>
                  {opener}
                </button>
              </li>
            ))}
          </ul>
          {data?.modelStatus.provider === 'OFFLINE' && (
            <p className={styles.truth}>
              <b>No model is connected.</b> The built-in responder answers by rules and by quoting you.
            </p>
          )}
        </div>
      </section>
    </Page>
  );
}
