import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { listedRows } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import type { AssembledPrompt } from '../../prompt/prompt.ts';
import type { MessageRow } from '../own.ts';
import type { StoredSummaries } from './store-summary.ts';

/**
 * Records what a reply is about to be based on, in the transaction that turns it STREAMING. A source that was deleted
 * meanwhile is recorded as gone.
 */
export async function storeManifest(
  em: Em,
  reply: Pick<MessageRow, 'id' | 'userId' | 'session'>,
  prompt: AssembledPrompt,
  { summaryId, documentsSummaryId }: StoredSummaries,
): Promise<void> {
  await db(em)
    .insertInto('prompt_manifest')
    .values({
      message: reply.id,
      userId: reply.userId,
      instructions: await instructionsId(em, reply, prompt.instructions),
      summary: summaryId,
      documentsSummary: documentsSummaryId,
      requestHash: prompt.requestHash,
      contextWindowTokens: prompt.contextWindowTokens,
      replyTokens: prompt.replyTokens,
      budgetTokens: prompt.budgetTokens,
      usedTokens: prompt.usedTokens,
      sections: prompt.sections.map(({ items: _, ...section }) => section),
      notes: prompt.notes,
    })
    .execute();
  await insertItems(em, reply, prompt);
}

/** One row for each wording in a session, however often it is sent. */
async function instructionsId(
  em: Em,
  { userId, session }: Pick<MessageRow, 'userId' | 'session'>,
  text: string,
): Promise<string> {
  const hash = createHash('sha256').update(text).digest('hex');
  const find = () =>
    db(em)
      .selectFrom('instructions_text')
      .select('id')
      .where('session', '=', session)
      .where('hash', '=', hash)
      .where('userId', '=', userId);
  const known = await find().executeTakeFirst();
  if (known) return known.id;
  await db(em)
    .insertInto('instructions_text')
    .values({ userId, session, hash, text })
    .onConflict((conflict) => conflict.columns(['session', 'hash']).doNothing())
    .execute();
  return (await find().executeTakeFirstOrThrow()).id;
}

const ITEM = {
  position: 'integer',
  section: 'text',
  messageId: 'uuid',
  chunkId: 'integer',
  role: 'text',
  saidAt: 'instant',
  marker: 'integer',
  ranges: 'json',
  decision: 'text',
  reason: 'text',
  score: 'real',
  tokens: 'integer',
} as const;

async function insertItems(em: Em, reply: Pick<MessageRow, 'id' | 'userId'>, prompt: AssembledPrompt): Promise<void> {
  const items = prompt.sections
    .flatMap((section) => section.items)
    .map(({ ranges, ...item }, position) => ({ ...item, position, ranges: JSON.stringify(ranges) }));
  await sql`
    insert into prompt_item (message_id, position, section, source_id, chunk_id, role, said_at, marker, ranges, decision, reason, score, tokens)
    select ${reply.id}, position, section,
      (select id from chat_message where id = "messageId" and user_id = ${reply.userId}),
      (select id from chunk where id = "chunkId" and user_id = ${reply.userId}),
      role, "saidAt", marker, ranges, decision, reason, score, tokens
    from ${listedRows(em, ITEM, items)} as item`.execute(db(em));
}
