import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatMessage } from '../chat/message.entity.ts';
import { instant, userId } from '../db/columns.ts';
import { VectorType } from '../db/vector-type.ts';
import { MemoryScope } from './scope.entity.ts';

/** A retrievable piece of a text: whole sentences, at most 400 characters. */
export const Chunk = defineEntity({
  name: 'Chunk',
  tableName: 'chunk',
  properties: {
    /** An integer, because every posting repeats it. Says nothing of order: sessions interleave. */
    id: p.integer().primary().autoincrement(),
    userId: userId(),
    scope: () => p.manyToOne(MemoryScope).ref().deleteRule('cascade'),
    message: () => p.manyToOne(ChatMessage).ref().deleteRule('cascade'),
    /** The message's place in its session. */
    seq: p.integer(),
    /** The chunk's place in the message, from 0. */
    position: p.integer(),
    /** Where `text` begins in the message's content. */
    start: p.integer(),
    text: p.text(),
    /** Of `text`, as the chat model counts. */
    tokens: p.integer(),
    /** Words of `text`, stop words included: what BM25 calls its length. */
    terms: p.integer(),
    role: p.enum(['USER', 'ASSISTANT', 'SYSTEM']),
    /** Who spoke, where a session has more people than the viewer; only an importer sets it. */
    speaker: p.string().length(255).strictNullable(),
    saidAt: instant(),
    /** What made `embedding`; null until it is there. */
    embeddingModel: p.string().length(255).strictNullable(),
    embedding: p.type(VectorType).strictNullable().lazy(),
  },
  uniques: [
    { name: 'chunk_once', properties: ['message', 'position'] },
    { name: 'chunk_in_order', properties: ['scope', 'seq', 'position'] },
  ],
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
