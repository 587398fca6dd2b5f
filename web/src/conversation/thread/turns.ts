import type { MessageFieldsFragment } from '../../../../client/generated/graphql.ts';
import type { Outgoing } from '../sending/outbox.ts';

/** A message of the thread, or one that is about to be. */
export interface Shown {
  /** By which React knows it, from the moment it was written. */
  key: string;
  message: MessageFieldsFragment;
  /** Of a message that the server has not acknowledged. */
  outgoing: Outgoing['state'] | null;
  /** Whether another reply to the same question was written after it. */
  isSuperseded: boolean;
}

/** A question and what answered it, reports and superseded replies included. */
export interface Turn {
  key: string;
  messages: Shown[];
}

/** Turns that belong together for nothing but the work of showing them. */
export interface Stretch {
  key: number;
  turns: Turn[];
}

/** As many messages, of which a page is a multiple or a part. */
const STRETCH = 50;

/** The same messages are in the same stretch, whatever was loaded before or after them. */
export function stretchesOf(turns: readonly Turn[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const turn of turns) {
    const key = Math.floor((turn.messages[0]?.message.seq ?? 0) / STRETCH);
    const current = stretches.at(-1);
    if (current?.key === key) current.turns.push(turn);
    else stretches.push({ key, turns: [turn] });
  }
  return stretches;
}

export const isRunning = ({ status }: Pick<MessageFieldsFragment, 'status'>): boolean =>
  status === 'PENDING' || status === 'STREAMING';

const isReply = ({ role, type }: MessageFieldsFragment): boolean => role === 'ASSISTANT' && type === 'CHAT';

/** The one that can be written again. */
export const lastReplyOf = (messages: readonly MessageFieldsFragment[]): MessageFieldsFragment | undefined =>
  messages.findLast(isReply);

/**
 * @param messages in the order of `seq`
 * @param outgoing what follows them
 */
export function turnsOf(
  messages: readonly MessageFieldsFragment[],
  outgoing: readonly Outgoing[],
  keyOf: (messageId: string) => string,
): Turn[] {
  const newest = new Map(messages.filter(isReply).map(({ replyTo, id }) => [replyTo?.id, id]));
  const turns: Turn[] = [];
  for (const message of messages) {
    const key = keyOf(message.id);
    // Another tab may have asked again, of which the earlier reply does not know.
    const isSuperseded =
      message.supersededBy !== null || (isReply(message) && newest.get(message.replyTo?.id) !== message.id);
    const shown = { key, message, outgoing: null, isSuperseded };
    const current = turns.at(-1);
    if (current && message.role !== 'USER') current.messages.push(shown);
    else turns.push({ key, messages: [shown] });
  }
  const written = outgoing.map((entry) => ({
    key: entry.key,
    messages: [{ key: entry.key, message: asMessage(entry), outgoing: entry.state, isSuperseded: false }],
  }));
  return [...turns, ...written];
}

/** As it will be, once it is acknowledged. */
function asMessage({ key, content, at, afterSeq }: Outgoing): MessageFieldsFragment {
  return {
    ...{ id: key, seq: afterSeq + 1, cursor: '', role: 'USER', type: 'CHAT', status: 'COMPLETE', content },
    ...{ model: null, memory: 'PENDING', createdAt: at, endedAt: null, usage: null, error: null },
    ...{ replyTo: null, supersededBy: null, citations: [] },
  };
}

/** Whether two turns would be shown alike. */
export function isSameTurn(one: Turn, other: Turn): boolean {
  return (
    one.key === other.key &&
    one.messages.length === other.messages.length &&
    one.messages.every((shown, at) => isSame(shown, other.messages[at]))
  );
}

const isSame = (one: Shown, other: Shown | undefined): boolean =>
  one.key === other?.key &&
  (one.message === other.message || one.outgoing !== null) &&
  one.outgoing === other.outgoing &&
  one.isSuperseded === other.isSuperseded;
