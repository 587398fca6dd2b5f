import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatSession } from '../chat/session.entity.ts';
import { Document } from './document.entity.ts';

/** A document that a session's replies may draw on. */
export const SessionDocument = defineEntity({
  name: 'SessionDocument',
  tableName: 'session_document',
  primaryKeys: ['session', 'document'],
  properties: {
    session: () => p.manyToOne(ChatSession).ref().primary().deleteRule('cascade'),
    document: () => p.manyToOne(Document).ref().primary().deleteRule('cascade'),
    /** From 0, as the viewer listed them. */
    position: p.integer(),
  },
  indexes: [{ name: 'session_document_document', properties: ['document'] }],
});
export interface SessionDocument extends InferEntity<typeof SessionDocument> {}
