import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatMessage } from '../chat/message.entity.ts';
import { ChatSession } from '../chat/session.entity.ts';
import { createdAt, id, userId } from '../db/columns.ts';
import { Document } from '../documents/document.entity.ts';

/** What a model condensed a set of passages to, for one question. Goes when any of its sources goes. */
export const Summary = defineEntity({
  name: 'Summary',
  tableName: 'summary',
  properties: {
    id: id(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().deleteRule('cascade'),
    /** Of the question, the passages in order and the model. */
    key: p.string().length(64),
    text: p.text(),
    createdAt: createdAt(),
  },
  uniques: [{ name: 'summary_once', properties: ['session', 'key'] }],
});
export interface Summary extends InferEntity<typeof Summary> {}

export const SummarySource = defineEntity({
  name: 'SummarySource',
  tableName: 'summary_source',
  primaryKeys: ['summary', 'message'],
  properties: {
    summary: () => p.manyToOne(Summary).ref().primary().deleteRule('cascade'),
    message: () => p.manyToOne(ChatMessage).ref().primary().deleteRule('cascade'),
  },
  indexes: [{ name: 'summary_source_message', properties: ['message'] }],
});
export interface SummarySource extends InferEntity<typeof SummarySource> {}

/** The same for passages of documents. */
export const SummaryDocument = defineEntity({
  name: 'SummaryDocument',
  tableName: 'summary_document',
  primaryKeys: ['summary', 'document'],
  properties: {
    summary: () => p.manyToOne(Summary).ref().primary().deleteRule('cascade'),
    document: () => p.manyToOne(Document).ref().primary().deleteRule('cascade'),
  },
  indexes: [{ name: 'summary_document_document', properties: ['document'] }],
});
export interface SummaryDocument extends InferEntity<typeof SummaryDocument> {}
