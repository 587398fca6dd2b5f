import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import type { Hit } from '../../prompt/prompt.ts';
import type { MemoryHitType, SearchMemoryInput } from '../memory.type.ts';
import { findSession, noSuchSession } from '../own.ts';
import { clientScore } from '../prompts/client-score.ts';
import { recall } from '../prompts/recall.ts';
import { spendOnQuestion } from '../prompts/spend-on-question.ts';

/** A message may be found by several of its pieces; it counts by the best. */
const PIECES_PER_MESSAGE = 4;

/** What memory holds on a question, best first. */
export async function searchMemory(ctx: Context, input: SearchMemoryInput): Promise<MemoryHitType[]> {
  const { app, em, viewer } = ctx;
  const sessionIds = await searchedSessions(em, viewer.id, input.sessionId ?? null);
  const question = {
    userId: viewer.id,
    sessionIds,
    documentIds: [],
    text: input.query,
    previousText: null,
    excludeMessageIds: new Set<string>(),
    inSight: new Set<string>(),
    limit: input.first * PIECES_PER_MESSAGE,
  };
  const spending = { sessionId: input.sessionId ?? null, text: input.query };
  const { hits, failure } = await spendOnQuestion(ctx, spending, async (usages) => {
    const recalled = await recall(app, em, question, app.draining);
    usages.push(...recalled.usages);
    return recalled;
  });
  if (failure !== null) throw failure;
  // Looked at again: a session may have been deleted, or its memory switched off, while the question was embedded.
  const still = new Set(await searchedSessions(em, viewer.id, input.sessionId ?? null));
  const found = await Promise.all(
    bestOfEachMessage(hits.filter((hit) => still.has(hit.sessionId))).map((hit) => memoryHit(ctx, hit)),
  );
  return found.filter((hit) => hit !== null).slice(0, input.first);
}

async function memoryHit({ loaders }: Context, hit: Hit): Promise<MemoryHitType | null> {
  const message = await loaders.messageById.load(hit.messageId);
  return message && { message, excerpt: hit.text, score: clientScore(hit.score) };
}

function bestOfEachMessage(hits: readonly Hit[]): Hit[] {
  const best = new Map<string, Hit>();
  for (const hit of hits) if (!best.has(hit.messageId)) best.set(hit.messageId, hit);
  return [...best.values()];
}

/** The one asked for, unless its memory is off; otherwise every active session with long-term memory on. */
async function searchedSessions(em: Em, userId: string, sessionId: string | null): Promise<string[]> {
  if (sessionId !== null) {
    const session = await findSession(em, userId, sessionId);
    if (!session) throw noSuchSession();
    return session.longTermMemory && !session.deletedAt ? [session.id] : [];
  }
  const sessions = await db(em)
    .selectFrom('chat_session')
    .select('id')
    .where('userId', '=', userId)
    .where('deletedAt', 'is', null)
    .where('longTermMemory', '=', true)
    .execute();
  return sessions.map((session) => session.id);
}
