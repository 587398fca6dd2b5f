import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatMessage } from '../chat/message.entity.ts';
import { instant, userId } from '../db/columns.ts';
import { VectorType } from '../db/vector-type.ts';
import { Document } from '../documents/document.entity.ts';
import { MemoryScope } from './scope.entity.ts';

/** A retrievable piece of a message or of a document: whole sentences, at most 400 characters. */
export const Chunk = defineEntity({
  name: 'Chunk',
  tableName: 'chunk',
  properties: {
    /** An integer, because every posting repeats it. Says nothing of order: sessions interleave. */
    id: p.integer().primary().autoincrement(),
    userId: userId(),
    scope: () => p.manyToOne(MemoryScope).ref().deleteRule('cascade'),
    /** What it is a piece of: either a message or a document. */
    message: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('cascade'),
    document: () => p.manyToOne(Document).ref().strictNullable().deleteRule('cascade'),
    /** The message's place in its session; 0 in a document. */
    seq: p.integer(),
    /** The chunk's place in the message or document, from 0. */
    position: p.integer(),
    /** Where `text` begins in the message's content, or in the document's text. */
    start: p.integer(),
    text: p.text(),
    /** Of `text`, as the chat model counts. */
    tokens: p.integer(),
    /** Words of `text`, stop words included: what BM25 calls its length. */
    terms: p.integer(),
    /** Who wrote the message; null in a document. */
    role: p.enum(['USER', 'ASSISTANT', 'SYSTEM']).strictNullable(),
    /** Who spoke, where a session has more people than the viewer; only an importer sets it. */
    speaker: p.string().length(255).strictNullable(),
    saidAt: instant(),
    /** What made `embedding`; null until it is there. */
    embeddingModel: p.string().length(255).strictNullable(),
    embedding: p.type(VectorType).strictNullable().lazy(),
  },
  uniques: [
    { name: 'chunk_once', properties: ['message', 'position'] },
    { name: 'chunk_of_document_once', properties: ['document', 'position'] },
    { name: 'chunk_in_order', properties: ['scope', 'seq', 'position'] },
  ],
  checks: [{ name: 'chunk_of_one_source', expression: '(message_id is null) <> (document_id is null)' }],
});
export interface Chunk extends InferEntity<typeof Chunk> {}

/** How often a term occurs in a chunk. */
export const ChunkTerm = defineEntity({
  name: 'ChunkTerm',
  tableName: 'chunk_term',
  primaryKeys: ['scope', 'term', 'chunk'],
  properties: {
    scope: () => p.manyToOne(MemoryScope).ref().primary().deleteRule('cascade'),
    term: p.string().length(64).primary(),
    chunk: () => p.manyToOne(Chunk).ref().primary().deleteRule('cascade'),
    tf: p.integer(),
  },
  indexes: [{ name: 'chunk_term_chunk', properties: ['chunk'] }],
});
export interface ChunkTerm extends InferEntity<typeof ChunkTerm> {}
