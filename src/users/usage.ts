import { db, type Em } from '../db/orm.ts';
import type { UsagePurpose } from './usage.entity.ts';

/** What one call of a model counted. */
export interface Usage {
  purpose: UsagePurpose;
  model: string;
  inputTokens: number;
  outputTokens: number;
}

export async function bookUsage(
  em: Em,
  owner: { userId: string; sessionId: string | null },
  usages: readonly Usage[],
): Promise<void> {
  if (usages.length === 0) return;
  const rows = usages.map((usage) => ({ userId: owner.userId, session: owner.sessionId, ...usage }));
  await db(em).insertInto('usage_entry').values(rows).execute();
}
