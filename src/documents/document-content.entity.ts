import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { Document } from './document.entity.ts';

/** What a document is made of, apart from it, because it is large and seldom read. */
export const DocumentContent = defineEntity({
  name: 'DocumentContent',
  tableName: 'document_content',
  primaryKeys: ['document'],
  properties: {
    document: () => p.oneToOne(Document).ref().primary().owner().deleteRule('cascade'),
    /** The file as it came, until its text has been extracted. */
    file: p.blob().strictNullable().lazy(),
    /** The extracted text, to which the offsets of chunks refer. */
    extractedText: p.text().strictNullable().lazy(),
  },
});
export interface DocumentContent extends InferEntity<typeof DocumentContent> {}
