import { useCallback } from 'react';
import {
  useCancelReplyMutation,
  useChatSessionChangedSubscription,
  useChatSessionQuery,
  useSendMessageMutation,
} from '../../../client/generated/hooks.ts';
import { MemoryPill } from '../sessions/memory-pill.tsx';
import { SessionHeading } from '../sessions/session-heading.tsx';
import { SessionMenu } from '../sessions/session-menu.tsx';
import { Page } from '../shell/page.tsx';
import { WhyPanel } from '../why/why-panel.tsx';
import { Composer } from './composer.tsx';
import styles from './conversation.module.css';
import { Message } from './message.tsx';
import { turnsOf } from './turns.ts';

export function Conversation({ id }: { id: string }) {
  const { data, refetch } = useChatSessionQuery({ variables: { id } });
  useChatSessionChangedSubscription({ variables: { id } });
  const [send] = useSendMessageMutation();
  const [cancel] = useCancelReplyMutation();
  const refresh = useCallback(() => void refetch(), [refetch]);
  const session = data?.chatSession;
  if (!session) return <Page title="Session">{null}</Page>;

  const replyId = session.runningReply?.id;
  return (
    <>
      <Page
        title={session.title}
        heading={<SessionHeading session={session} />}
        actions={
          <>
            <MemoryPill session={session} />
            <SessionMenu session={session} />
          </>
        }
        dock={
          <Composer
            isReplying={replyId !== undefined}
            onSend={async (content) => {
              await send({ variables: { input: { sessionId: id, content } } });
              refresh();
            }}
            onStop={() => void (replyId && cancel({ variables: { input: { messageId: replyId } } }))}
          />
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <section className={styles.scroll} aria-label="Conversation" tabIndex={0}>
          <div className={styles.column}>
            {turnsOf(session.messages.nodes).map((turn) => (
              <ol key={turn.id} className={styles.turn}>
                {turn.messages.map((message) => (
                  <Message key={message.id} message={message} sessionId={id} onEnd={refresh} />
                ))}
              </ol>
            ))}
          </div>
        </section>
      </Page>
      <WhyPanel />
    </>
  );
}
