import { useEffect, useMemo, useState } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import type { Outgoing } from './sending/outbox.ts';
import { useOutbox, useOutgoing } from './sending/sending.tsx';
import { isRunning, lastReplyOf, type Turn, turnsOf } from './thread/turns.ts';
import { type Messages, useMessages } from './use-messages.ts';

export interface ConversationState extends Messages {
  title: string;
  /** What is stored, and after it what was acknowledged a moment ago. */
  all: readonly MessageFieldsFragment[];
  turns: readonly Turn[];
  lastReply: MessageFieldsFragment | undefined;
  /** Of the reply that is being written, here or elsewhere. */
  runningId: string | undefined;
  queued: Outgoing | undefined;
  /** Of the message that was sent last, and is to be brought to the top. */
  sentKey: string | undefined;
  send(content: string, documentIds: readonly string[]): void;
}

/** A session as it is stored, together with what is on its way to it. @param id null: of one that is yet to begin */
export function useConversation(id: string | null): ConversationState {
  const outbox = useOutbox();
  const outgoing = useOutgoing(id);
  const messages = useMessages(
    id,
    outgoing.some(({ state, answer }) => state === 'SENDING' && !answer),
  );
  const { session, nodes, showNewest } = messages;
  const [sentKey, setSentKey] = useState<string>();
  const all = useMemo(() => [...nodes, ...answeredBeyond(outgoing, nodes)], [nodes, outgoing]);
  const turns = useMemo(() => turnsOf(all, unseen(outgoing, all), outbox.keyOf), [all, outgoing, outbox]);
  const runningId = all.findLast(isRunning)?.id ?? unlisted(session?.runningReply?.id, nodes);

  // What was acknowledged has its place among what is stored.
  useEffect(() => {
    for (const { key, answer } of outgoing) if (nodes.some(({ id }) => id === answer?.message.id)) outbox.remove(key);
  }, [outbox, outgoing, nodes]);

  function send(content: string, documentIds: readonly string[]): void {
    const isBusy = runningId !== undefined || outgoing.some(({ answer }) => !answer);
    const when = isBusy
      ? ({ state: 'QUEUED', waitsFor: runningId ?? null } as const)
      : ({ state: 'SENDING', waitsFor: null } as const);
    const key = outbox.add({ sessionId: id, content, documentIds, afterSeq: all.at(-1)?.seq ?? 0, ...when });
    if (isBusy) return;
    showNewest();
    setSentKey(key);
  }

  const begun = outgoing.find(({ answer }) => answer)?.answer?.session;
  return {
    ...{ ...messages, all, turns, runningId, sentKey, send },
    title: session?.title ?? begun?.title ?? (id === null ? 'New session' : 'Session'),
    lastReply: lastReplyOf(all),
    queued: outgoing.find(({ state, answer }) => state === 'QUEUED' && !answer),
  };
}

/** What the server answered, and the list does not show yet. */
const answeredBeyond = (outgoing: readonly Outgoing[], nodes: readonly MessageFieldsFragment[]) =>
  outgoing.flatMap(({ answer }) =>
    answer && !nodes.some(({ id }) => id === answer.message.id) ? [answer.message, answer.reply] : [],
  );

/** What is to be shown as written here: neither what waits, nor what arrived although its answer was lost. */
function unseen(outgoing: readonly Outgoing[], all: readonly MessageFieldsFragment[]): Outgoing[] {
  const arrived = ({ content, afterSeq }: Outgoing) =>
    all.some((message) => message.role === 'USER' && message.seq > afterSeq && message.content === content);
  return outgoing.filter((entry) => !entry.answer && entry.state !== 'QUEUED' && !arrived(entry));
}

/** A reply of another tab that has not been loaded here. */
const unlisted = (replyId: string | undefined, nodes: readonly MessageFieldsFragment[]): string | undefined =>
  nodes.some(({ id }) => id === replyId) ? undefined : replyId;
