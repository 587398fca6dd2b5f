import { db, type Em } from '../db/orm.ts';
import type { UsagePurpose } from './usage.entity.ts';
import type { TokenUsageType } from './usage.type.ts';

/** What one call of a model counted. */
export interface Usage {
  purpose: UsagePurpose;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Whether a job asked for it, and nobody waited. Default: no. */
  isBackground?: boolean;
}

/** A session that is purged meanwhile is named no more; what it used stays counted. */
export async function bookUsage(
  em: Em,
  owner: { userId: string; sessionId: string | null },
  usages: readonly Usage[],
): Promise<void> {
  if (usages.length === 0) return;
  await db(em)
    .insertInto('usage_entry')
    .values((eb) =>
      usages.map((usage) => ({
        userId: owner.userId,
        session: eb.selectFrom('chat_session').select('chat_session.id').where('chat_session.id', '=', owner.sessionId),
        ...usage,
      })),
    )
    .execute();
}

/** What GraphQL's Int holds. */
const MOST_TOKENS = 2 ** 31 - 1;

/** As clients see it. */
export function usageOf(counted: { inputTokens: number; outputTokens: number } | null): TokenUsageType {
  const inputTokens = Number(counted?.inputTokens ?? 0);
  const outputTokens = Number(counted?.outputTokens ?? 0);
  return {
    inputTokens: Math.min(inputTokens, MOST_TOKENS),
    outputTokens: Math.min(outputTokens, MOST_TOKENS),
    totalTokens: Math.min(inputTokens + outputTokens, MOST_TOKENS),
  };
}
