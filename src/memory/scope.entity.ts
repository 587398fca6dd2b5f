import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatSession } from '../chat/session.entity.ts';
import { userId } from '../db/columns.ts';
import { Document } from '../documents/document.entity.ts';

/** What is searched together: the chunks of one session, or of one document. Its short key stands in every posting. */
export const MemoryScope = defineEntity({
  name: 'MemoryScope',
  tableName: 'memory_scope',
  properties: {
    id: p.integer().primary().autoincrement(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().strictNullable().unique().deleteRule('cascade'),
    document: () => p.manyToOne(Document).ref().strictNullable().unique().deleteRule('cascade'),
    /** Moves with every change but one that appends after the last chunk: what is cached of the scope is then stale. */
    version: p.integer().default(0),
  },
  checks: [{ name: 'memory_scope_of_one', expression: '(session_id is null) <> (document_id is null)' }],
  indexes: [{ name: 'memory_scope_user', properties: ['userId'] }],
});
export interface MemoryScope extends InferEntity<typeof MemoryScope> {}
