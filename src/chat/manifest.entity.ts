import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { createdAt, id, userId } from '../db/columns.ts';
import { Chunk } from '../memory/chunk.entity.ts';
import { Summary } from '../memory/summary.entity.ts';
import { promptDecisions, type Range, type SectionKind, sectionKinds } from '../prompt/prompt.ts';
import { ChatMessage, messageRoles } from './message.entity.ts';
import { ChatSession } from './session.entity.ts';

/** Instructions as they were sent, kept once for each wording in a session. */
export const InstructionsText = defineEntity({
  name: 'InstructionsText',
  tableName: 'instructions_text',
  properties: {
    id: id(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().deleteRule('cascade'),
    hash: p.string().length(64),
    text: p.text(),
  },
  uniques: [{ name: 'instructions_text_once', properties: ['session', 'hash'] }],
});
export interface InstructionsText extends InferEntity<typeof InstructionsText> {}

export interface StoredSection {
  kind: SectionKind;
  tokens: number;
  wantedTokens: number;
  summarized: boolean;
}

/** What one reply was based on. Texts are kept by reference and rendered on read. */
export const PromptManifest = defineEntity({
  name: 'PromptManifest',
  tableName: 'prompt_manifest',
  primaryKeys: ['message'],
  properties: {
    message: () => p.oneToOne(ChatMessage).ref().primary().owner().deleteRule('cascade'),
    userId: userId(),
    instructions: () => p.manyToOne(InstructionsText).ref(),
    /** What MEMORY was condensed to; null when it was not, or when one of its sources is gone. */
    summary: () => p.manyToOne(Summary).ref().strictNullable().deleteRule('set null'),
    /** The same of DOCUMENTS. */
    documentsSummary: () => p.manyToOne(Summary).ref().strictNullable().deleteRule('set null'),
    requestHash: p.string().length(64),
    contextWindowTokens: p.integer(),
    replyTokens: p.integer(),
    budgetTokens: p.integer(),
    usedTokens: p.integer(),
    sections: p.json<StoredSection[]>(),
    notes: p.json<string[]>(),
    createdAt: createdAt(),
  },
  indexes: [
    { name: 'prompt_manifest_instructions', properties: ['instructions'] },
    { name: 'prompt_manifest_summary', properties: ['summary'] },
    { name: 'prompt_manifest_documents_summary', properties: ['documentsSummary'] },
  ],
});
export interface PromptManifest extends InferEntity<typeof PromptManifest> {}

export const PromptItemRow = defineEntity({
  name: 'PromptItemRow',
  tableName: 'prompt_item',
  primaryKeys: ['message', 'position'],
  properties: {
    /** The reply that it was sent for. */
    message: () => p.manyToOne(ChatMessage).ref().primary().deleteRule('cascade'),
    /** From 0, over all sections in the order sent. */
    position: p.integer().primary(),
    section: p.enum(sectionKinds),
    /** The message; null once it is deleted, for instructions, and for passages of documents. */
    source: () => p.manyToOne(ChatMessage).ref().strictNullable().deleteRule('set null'),
    /** The passage of a document; null once that is deleted. */
    chunk: () => p.manyToOne(Chunk).ref().strictNullable().deleteRule('set null'),
    role: p.enum(messageRoles).strictNullable(),
    saidAt: p.datetime(3).strictNullable(),
    marker: p.integer().strictNullable(),
    ranges: p.json<Range[]>(),
    decision: p.enum(promptDecisions),
    reason: p.text().strictNullable(),
    score: p.float().strictNullable(),
    tokens: p.integer(),
  },
  indexes: [
    { name: 'prompt_item_source', properties: ['source'] },
    { name: 'prompt_item_chunk', properties: ['chunk'] },
  ],
});
export interface PromptItemRow extends InferEntity<typeof PromptItemRow> {}
