import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatSession } from '../chat/session.entity.ts';
import { userId } from '../db/columns.ts';

/** What is searched together: the chunks of one session. Its short key stands in every posting. */
export const MemoryScope = defineEntity({
  name: 'MemoryScope',
  tableName: 'memory_scope',
  properties: {
    id: p.integer().primary().autoincrement(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().unique().deleteRule('cascade'),
    /** Moves with every change but one that appends after the last chunk: what is cached of the scope is then stale. */
    version: p.integer().default(0),
  },
  indexes: [{ name: 'memory_scope_user', properties: ['userId'] }],
});
export interface MemoryScope extends InferEntity<typeof MemoryScope> {}
