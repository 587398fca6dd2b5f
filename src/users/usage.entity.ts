import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ChatSession } from '../chat/session.entity.ts';
import { createdAt, flag, id, userId } from '../db/columns.ts';

export const usagePurposes = ['CHAT', 'REPORT', 'SUMMARY', 'TITLE', 'EMBEDDING'] as const;
export type UsagePurpose = (typeof usagePurposes)[number];

/** What a model counted, once for each call. Outlives sessions, so that deleting one resets nothing. */
export const UsageEntry = defineEntity({
  name: 'UsageEntry',
  tableName: 'usage_entry',
  properties: {
    id: id(),
    userId: userId(),
    session: () => p.manyToOne(ChatSession).ref().strictNullable().deleteRule('set null'),
    purpose: p.enum(usagePurposes),
    model: p.string().length(255),
    inputTokens: p.integer(),
    outputTokens: p.integer(),
    /** Whether a job asked for it, and nobody waited. */
    isBackground: flag().default(false),
    createdAt: createdAt(),
  },
  indexes: [
    // All that is summed stands in the index: no row is read for it.
    {
      name: 'usage_entry_user',
      properties: ['userId', 'createdAt', 'purpose', 'isBackground', 'inputTokens', 'outputTokens'],
    },
    { name: 'usage_entry_session', properties: ['session', 'userId', 'inputTokens', 'outputTokens'] },
  ],
});
export interface UsageEntry extends InferEntity<typeof UsageEntry> {}
