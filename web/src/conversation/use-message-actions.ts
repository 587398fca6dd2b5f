import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { addMessages } from '../../../client/apollo/cache-updates.ts';
import { type MessageFieldsFragment, RetryReplyDocument } from '../../../client/generated/graphql.ts';
import { copyText } from '../parts/copy-text.ts';
import { useToasts } from '../parts/toasts.tsx';
import { useWhy } from '../why/use-why.ts';
import { placeOf } from './sending/drafts.ts';
import { useDrafts, useOutbox } from './sending/sending.tsx';
import { verdictOn } from './sending/verdict.ts';
import { isRunning } from './thread/turns.ts';
import type { Actions } from './thread/use-actions.ts';
import type { ConversationState } from './use-conversation.ts';

interface MessageActions {
  actions: Actions;
  /** What the reader was asked about: whether to forget it. */
  forgetting: MessageFieldsFragment | undefined;
  leaveForgetting(): void;
}

/** What can be done with messages. The actions stay the same object, so that no message renders because they changed. */
export function useMessageActions({ session, all, lastReply, refresh }: ConversationState): MessageActions {
  const client = useApolloClient();
  const outbox = useOutbox();
  const drafts = useDrafts();
  const { show } = useToasts();
  const { open } = useWhy();
  const [forgetting, setForgetting] = useState<MessageFieldsFragment>();
  const leaveForgetting = useCallback(() => setForgetting(undefined), []);
  const sessionId = session?.id ?? null;
  const place = placeOf(sessionId);
  const find = (messageId: string) => all.find(({ id }) => id === messageId);

  async function retry(messageId: string): Promise<void> {
    if (!session || lastReply?.id !== messageId || isRunning(lastReply)) return;
    try {
      const { data } = await client.mutate({ mutation: RetryReplyDocument, variables: { input: { messageId } } });
      if (data) addMessages(client.cache, session.id, [data.retryReply.message]);
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict.kind === 'REFUSED') outbox.explain(place, verdict.refusal);
      if (verdict.kind === 'AWAY') show({ text: 'The server did not answer. Try again in a moment.' });
    }
  }

  const now: Omit<Actions, 'sessionId'> = {
    explain(messageId) {
      const message = find(messageId);
      if (message?.role === 'ASSISTANT' && !isRunning(message)) open(messageId);
    },
    copy(messageId) {
      const { content = '' } = find(messageId) ?? {};
      copyText(content).then((isCopied) =>
        show({ text: isCopied ? 'Copied' : 'This browser does not let pages copy.' }),
      );
    },
    retry: (messageId) => void retry(messageId),
    forget: (messageId) => setForgetting(find(messageId)),
    editQuestion: (messageId) => {
      drafts.putBack(place, find(messageId)?.content ?? '');
      document.getElementById('say')?.focus();
    },
    refresh,
  };
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  const actions = useMemo<Actions>(
    () => ({
      sessionId,
      explain: (messageId) => latest.current.explain(messageId),
      copy: (messageId) => latest.current.copy(messageId),
      retry: (messageId) => latest.current.retry(messageId),
      forget: (messageId) => latest.current.forget(messageId),
      editQuestion: (messageId) => latest.current.editQuestion(messageId),
      refresh: () => latest.current.refresh(),
    }),
    [sessionId],
  );
  return { actions, forgetting, leaveForgetting };
}
