import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { createdAt, userId } from '../db/columns.ts';
import { ChatMessage } from './message.entity.ts';

/** What a viewer's key was used for. Outlives the messages, so that a late retry is told apart from a new request. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  primaryKeys: ['userId', 'keyHash'],
  properties: {
    userId: userId().primary(),
    keyHash: p.string().length(64).primary(),
    /** Of the operation and its input without `wait`: the same key with another is a CONFLICT. */
    requestHash: p.string().length(64),
    /** Null once purged. */
    reply: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('set null'),
    createdAt: createdAt(),
  },
  indexes: [{ name: 'idempotency_key_reply', properties: ['reply'] }],
});
export interface IdempotencyKey extends InferEntity<typeof IdempotencyKey> {}
