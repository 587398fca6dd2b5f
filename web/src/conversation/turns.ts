import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';

/** A question and what answered it, reports and superseded replies included. */
export interface Turn {
  /** Of its first message; stays while the turn grows. */
  id: string;
  messages: MessageFieldsFragment[];
}

/** @param messages in the order of `seq` */
export function turnsOf(messages: readonly MessageFieldsFragment[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const current = turns.at(-1);
    if (current && message.role !== 'USER') current.messages.push(message);
    else turns.push({ id: message.id, messages: [message] });
  }
  return turns;
}
