import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant, userId } from '../db/columns.ts';
import { ChatSession } from './session.entity.ts';

export const messageRoles = ['USER', 'ASSISTANT', 'SYSTEM'] as const;
export const messageTypes = ['CHAT', 'REPORT', 'SYSTEM'] as const;
export const messageStatuses = ['PENDING', 'STREAMING', 'COMPLETE', 'CANCELLED', 'FAILED'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

export interface StoredError {
  code: string;
  message: string;
  retryable: boolean;
}

export const ChatMessage = defineEntity({
  name: 'ChatMessage',
  tableName: 'chat_message',
  properties: {
    id: id(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().deleteRule('cascade'),
    seq: p.integer(),
    role: p.enum(messageRoles),
    type: p.enum(messageTypes).default('CHAT'),
    status: p.enum(messageStatuses),
    content: p.text().default(''),
    /** Of `content`, once the message has ended. */
    tokens: p.integer().default(0),
    replyTo: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('set null'),
    supersededBy: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('set null'),
    model: p.string().length(255).strictNullable(),
    inputTokens: p.integer().strictNullable(),
    outputTokens: p.integer().strictNullable(),
    /** Of a running reply: what it may come to use, set aside from the viewer's limits. */
    reservedTokens: p.integer().default(0),
    error: p.json<StoredError>().strictNullable(),
    /** Taken out of long-term memory by the viewer, for good. */
    forgottenAt: instant().strictNullable(),
    cancelRequestedAt: instant().strictNullable(),
    /** The process that writes this reply, until when. Every write of it names the owner. */
    leaseOwner: p.string().length(64).strictNullable(),
    leaseExpiresAt: instant().strictNullable(),
    createdAt: createdAt(),
    endedAt: instant().strictNullable(),
  },
  uniques: [
    { name: 'chat_message_session_seq', properties: ['session', 'seq'] },
    {
      name: 'chat_message_one_running_reply',
      properties: ['session'],
      where: { status: { $in: ['PENDING', 'STREAMING'] } },
    },
  ],
  indexes: [
    { name: 'chat_message_reply_to', properties: ['replyTo'] },
    { name: 'chat_message_superseded_by', properties: ['supersededBy'] },
    {
      name: 'chat_message_lease',
      properties: ['leaseExpiresAt'],
      where: { status: { $in: ['PENDING', 'STREAMING'] } },
    },
  ],
});
export interface ChatMessage extends InferEntity<typeof ChatMessage> {}
