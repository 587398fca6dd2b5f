import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { createdAt, flag, id, instant, userId } from '../db/columns.ts';

export const ChatSession = defineEntity({
  name: 'ChatSession',
  tableName: 'chat_session',
  properties: {
    id: id(),
    userId: userId(),
    title: p.text(),
    titleIsAutomatic: flag().default(true),
    model: p.string().length(255),
    instructions: p.text().strictNullable(),
    tags: p.json<string[]>().onCreate(() => []),
    longTermMemory: flag().default(true),
    crossSessionMemory: flag().default(false),
    /** The last `seq` given out. */
    messageCount: p.integer().default(0),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    deletedAt: instant().strictNullable(),
  },
  indexes: [
    { name: 'chat_session_user_updated', properties: ['userId', 'updatedAt', 'id'] },
    { name: 'chat_session_idle', properties: ['updatedAt'], where: { deletedAt: null } },
    { name: 'chat_session_deleted', properties: ['deletedAt'], where: { deletedAt: { $ne: null } } },
  ],
});
export interface ChatSession extends InferEntity<typeof ChatSession> {}
