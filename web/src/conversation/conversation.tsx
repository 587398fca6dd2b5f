import { Suspense, useRef } from 'react';
import { ConnectionStrip } from '../connection/connection-strip.tsx';
import { lazily } from '../parts/lazily.ts';
import { useToasts } from '../parts/toasts.tsx';
import { MemoryPill } from '../sessions/heading/memory-pill.tsx';
import { SessionHeading } from '../sessions/heading/session-heading.tsx';
import { SessionMenu } from '../sessions/heading/session-menu.tsx';
import { Page } from '../shell/page.tsx';
import { WhyPanel } from '../why/why-panel.tsx';
import { Composer } from './composer/composer.tsx';
import { DeletedNote } from './composer/deleted-note.tsx';
import { LatestPill } from './composer/latest-pill.tsx';
import styles from './conversation.module.css';
import { Hello } from './hello.tsx';
import { LoadFailure, Loading, Missing } from './no-thread.tsx';
import { useJump } from './thread/scrolling/use-jump.ts';
import { useLatest } from './thread/scrolling/use-latest.ts';
import { useOpening } from './thread/scrolling/use-opening.ts';
import { useSentTurn } from './thread/scrolling/use-sent-turn.ts';
import { Thread } from './thread/thread.tsx';
import { ActionsContext } from './thread/use-actions.ts';
import { useConversation } from './use-conversation.ts';
import { useMessageActions } from './use-message-actions.ts';
import { useStop } from './use-stop.ts';

const ForgetMessage = lazily(async () => ({
  default: (await import('../memory/forget-message.tsx')).ForgetMessage,
}));

/** A session with its composer. @param id null: of a session that begins with the first message */
export function Conversation({ id }: { id: string | null }) {
  const conversation = useConversation(id);
  const { session, turns, title, runningId, queued, send } = conversation;
  const { actions, forgetting, leaveForgetting } = useMessageActions(conversation);
  const stop = useStop(runningId);
  const { show } = useToasts();

  const scroller = useRef<HTMLElement>(null);
  const isShown = turns.length > 0;
  useOpening(scroller, id, isShown);
  useSentTurn(scroller, conversation.sentKey);
  useJump(scroller, isShown, conversation.showAround);
  const latest = useLatest(scroller, turns.at(-1)?.key);

  if (conversation.isMissing) return <Missing />;
  const isLoading = id !== null && !session && !isShown;
  return (
    <ActionsContext value={actions}>
      <Page
        title={title}
        heading={session && <SessionHeading session={session} />}
        actions={
          session && (
            <>
              <MemoryPill session={session} />
              <SessionMenu session={session} />
            </>
          )
        }
        banner={<ConnectionStrip />}
        dock={
          <>
            <LatestPill
              isShown={latest.isBelow || conversation.hasLater}
              onPress={() => {
                conversation.showNewest();
                latest.follow();
              }}
            />
            {session?.isActive === false ? (
              <DeletedNote sessionId={session.id} />
            ) : (
              <Composer sessionId={id} queued={queued} runningId={runningId} onSend={send} {...stop} />
            )}
          </>
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <section ref={scroller} className={styles.scroll} aria-label="Conversation" tabIndex={0} aria-busy={isLoading}>
          {isLoading && (conversation.hasFailed ? <LoadFailure onRetry={conversation.refresh} /> : <Loading />)}
          {!isLoading && !isShown && <Hello sessionId={id} />}
          {isShown && (
            <Thread
              scroller={scroller}
              turns={turns}
              isMemoryOn={session?.longTermMemory ?? true}
              lastReplyId={conversation.lastReply?.id}
              hasEarlier={conversation.hasEarlier}
              hasLater={conversation.hasLater}
              loadEarlier={conversation.loadEarlier}
              loadLater={conversation.loadLater}
            />
          )}
        </section>
      </Page>
      {forgetting && session && (
        <Suspense fallback={null}>
          <ForgetMessage
            message={{ id: forgetting.id, session }}
            onClose={leaveForgetting}
            onForgotten={() => show({ text: 'Forgotten' })}
          />
        </Suspense>
      )}
      <WhyPanel />
    </ActionsContext>
  );
}
