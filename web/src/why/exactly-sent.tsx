import { ChevronDown } from 'lucide-react';
import type { MessageRole } from '../../../client/generated/graphql.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { counted } from '../parts/words.ts';
import styles from './exactly-sent.module.css';

interface PromptMessage {
  role: MessageRole;
  content: string;
}

const ROLES: Record<MessageRole, string> = { SYSTEM: 'System', USER: 'User', ASSISTANT: 'Assistant' };

interface ExactlySentProps {
  messages: readonly PromptMessage[];
  requestHash: string;
  /** More to check it by. */
  notes: readonly string[];
}

/** The messages as the model got them, word for word. */
export function ExactlySent({ messages, requestHash, notes }: ExactlySentProps) {
  return (
    <details className={styles.sent}>
      <summary>
        <h3>Exactly what was sent</h3>
        <span>{counted(messages.length, 'message')}</span>
        <ChevronDown size={16} aria-hidden="true" />
      </summary>
      <ol>
        {messages.map(({ role, content }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was sent does not change
          <li key={at}>
            <details>
              <summary>
                <b>{ROLES[role]}</b>
                <span className={styles.beginning}>{content.slice(0, 120)}</span>
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
              <pre tabIndex={0}>{content}</pre>
            </details>
          </li>
        ))}
      </ol>
      <CopyButton kind="plain" text={() => asJson(messages)}>
        Copy as JSON
      </CopyButton>
      <p className={styles.hash}>
        SHA-256 of the request as it was sent <code>{requestHash}</code>
      </p>
      {notes.map((note) => (
        <p className={styles.hash} key={note}>
          {note}
        </p>
      ))}
      <p className={styles.hash}>What was deleted since reads [deleted] above; the sum is of what was sent then.</p>
    </details>
  );
}

/** With the roles as models name them. */
const asJson = (messages: readonly PromptMessage[]): string =>
  JSON.stringify(
    messages.map(({ role, content }) => ({ role: role.toLowerCase(), content })),
    null,
    2,
  );
