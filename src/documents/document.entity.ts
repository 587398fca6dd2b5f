import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { createdAt, id, userId } from '../db/columns.ts';

export const documentStatuses = ['PENDING', 'READY', 'FAILED'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

/** A text of the viewer's that replies may draw on; how it came is told by `mimeType`. */
export const Document = defineEntity({
  name: 'Document',
  tableName: 'document',
  properties: {
    id: id(),
    userId: userId(),
    filename: p.text(),
    mimeType: p.string().length(255),
    /** Of the file as it came. */
    sizeBytes: p.integer(),
    /** SHA-256 in hex of the file's bytes: the same file twice is one document. */
    contentHash: p.string().length(64),
    status: p.enum(documentStatuses).default('PENDING'),
    /** Why it is FAILED, in a sentence for the viewer. */
    failure: p.text().strictNullable(),
    chunkCount: p.integer().default(0),
    createdAt: createdAt(),
  },
  uniques: [{ name: 'document_once', properties: ['userId', 'contentHash'] }],
  indexes: [{ name: 'document_user_created', properties: ['userId', 'createdAt', 'id'] }],
});
export interface Document extends InferEntity<typeof Document> {}
