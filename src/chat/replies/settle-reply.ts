import type { App } from '../../app.ts';
import { db, type Em, forkEm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { enqueue } from '../../jobs/queue.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { bookUsage, type Usage } from '../../users/usage.ts';
import { INDEX_SESSION_TASK } from '../memory/index-session.task.ts';
import { remember } from '../memory/remember.ts';
import type { StoredError } from '../message.entity.ts';
import type { MessageRow } from '../own.ts';
import type { ReplyEnd } from '../reply-event.type.ts';
import { askForTitle } from '../sessions/ask-for-title.ts';

export type Outcome = { status: 'COMPLETE' | 'CANCELLED' } | { status: 'FAILED'; error: StoredError };

export interface Settlement {
  outcome: Outcome;
  text: string;
  usages: readonly Usage[];
  /** For the manifest: what went less than well while it was written. */
  notes: readonly string[];
  /** A job indexes it later: it could not be indexed while it was settled. */
  indexLater?: boolean;
}

/**
 * Ends a reply: its text, status, usage, memory and jobs, among them its session's title, in one transaction.
 *
 * @returns the reply as stored; null where this process no longer holds it, and nothing was changed
 */
export async function settleReply(
  app: App,
  reply: { id: string; userId: string },
  settlement: Settlement,
): Promise<MessageRow | null> {
  const settled = await viewerTransaction(forkEm(app.orm), reply.userId, (em) =>
    settle(em, app.replies.owner, reply, settlement),
  );
  if (settled) {
    app.metrics.turns.inc({ outcome: settled.status });
    app.jobs.wake();
    app.bell.ring(settled.id);
    app.bell.ring(settled.session);
  }
  return settled;
}

async function settle(
  em: Em,
  owner: string,
  reply: { id: string; userId: string },
  { outcome, text, usages, notes, indexLater }: Settlement,
): Promise<MessageRow | null> {
  const written = usages.filter(({ purpose }) => purpose === 'CHAT' || purpose === 'REPORT');
  const sum = (field: 'inputTokens' | 'outputTokens') =>
    written.length === 0 ? null : written.reduce((all, usage) => all + usage[field], 0);
  const settled = await db(em)
    .updateTable('chat_message')
    .set({
      status: outcome.status,
      content: text,
      tokens: countTokens(text),
      error: outcome.status === 'FAILED' ? outcome.error : null,
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      reservedTokens: 0,
      leaseOwner: null,
      leaseExpiresAt: null,
      endedAt: new Date(),
    })
    .where('id', '=', reply.id)
    .where('userId', '=', reply.userId)
    .where('leaseOwner', '=', owner)
    .where('status', 'in', ['PENDING', 'STREAMING'])
    .returningAll()
    .executeTakeFirst();
  if (!settled) return null;

  await db(em).deleteFrom('reply_part').where('message', '=', reply.id).execute();
  await bookUsage(em, { userId: reply.userId, sessionId: settled.session }, usages);
  await addNotes(em, settled, notes);
  if (!indexLater) await remember(em, settled);
  else {
    const { userId, session } = settled;
    await enqueue(em, { userId, task: INDEX_SESSION_TASK, key: session, sessionId: session });
  }
  await askForTitle(em, settled);
  return settled;
}

async function addNotes(em: Em, message: MessageRow, notes: readonly string[]): Promise<void> {
  if (notes.length === 0) return;
  const manifest = await db(em)
    .selectFrom('prompt_manifest')
    .select('notes')
    .where('message', '=', message.id)
    .executeTakeFirst();
  if (!manifest) return;
  await db(em)
    .updateTable('prompt_manifest')
    .set({ notes: [...manifest.notes, ...notes] })
    .where('message', '=', message.id)
    .execute();
}

export function endOf(message: MessageRow): ReplyEnd {
  if (message.status === 'COMPLETE') return { __typename: 'ReplyCompleted', message };
  if (message.status === 'CANCELLED') return { __typename: 'ReplyCancelled', message };
  return { __typename: 'ReplyFailed', message };
}
