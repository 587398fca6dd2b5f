import type { App } from '../../app.ts';
import { db, type Em } from '../../db/orm.ts';
import { embeddedQuestion } from '../../memory/question-matter.ts';
import { isAnythingFindable, retrieve } from '../../memory/retrieve.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { AssembledPrompt, Hit } from '../../prompt/prompt.ts';
import type { Usage } from '../../users/usage.ts';
import { findSession, type SessionRow } from '../own.ts';
import { orAborted } from './or-aborted.ts';

/** A question that took longer is searched by its words alone. */
const EMBEDDING_DEADLINE_MS = 1_500;
const MAX_HITS = 40;

export interface Question {
  userId: string;
  /** Where memory may look. */
  sessionIds: readonly string[];
  text: string;
  /** What the viewer wrote before it; null where there is none. */
  previousText: string | null;
  /** What is not to be found: the question itself. */
  excludeMessageIds: ReadonlySet<string>;
  /** What is sent anyway. Where memory holds nothing else, the question is not embedded. */
  inSight: ReadonlySet<string>;
  limit?: number;
}

export interface Recalled {
  hits: Hit[];
  usages: Usage[];
  notes: string[];
  /** Why memory could not be searched; null where it could. */
  failure: unknown;
  /** For the log: how long the embedding took, null where none was made. */
  embeddingMs: number | null;
}

/** What memory holds on a question, best first. What fails or is late costs hits, never the turn. */
export async function recall(app: App, em: Em, question: Question, stopped: AbortSignal): Promise<Recalled> {
  const found: Recalled = { hits: [], usages: [], notes: [], failure: null, embeddingMs: null };
  if (question.sessionIds.length === 0) return found;
  let embedding: ReturnType<typeof embedQuestion> | null = null;
  try {
    // Not waited for: its thread works while this one searches the words.
    if (await isWorthEmbedding(app, em, question)) embedding = embedQuestion(app, question, stopped, found);
    found.hits = await retrieve(
      { em, scopes: app.scopes },
      {
        userId: question.userId,
        sessionIds: question.sessionIds,
        question: question.text,
        previousTurn: question.previousText,
        embedding,
        limit: question.limit ?? MAX_HITS,
        excludeMessageIds: question.excludeMessageIds,
        inSightMessageIds: question.inSight,
      },
    );
  } catch (error) {
    app.log.error({ err: error }, 'memory could not be searched');
    found.failure = error;
    found.notes.push('Memory could not be searched.');
  }
  // It is paid for, whatever came of the search.
  await embedding;
  return found;
}

const isWorthEmbedding = (app: App, em: Em, { userId, sessionIds, excludeMessageIds, inSight }: Question) =>
  isAnythingFindable(
    { em, scopes: app.scopes },
    { userId, sessionIds, excludeMessageIds: new Set([...excludeMessageIds, ...inSight]) },
  );

async function embedQuestion(app: App, question: Question, stopped: AbortSignal, found: Recalled) {
  const asked = embeddedQuestion(question.text, question.previousText);
  const { model } = app.embedder;
  const usage = { purpose: 'EMBEDDING' as const, model, outputTokens: 0 };
  const started = performance.now();
  const deadline = AbortSignal.any([stopped, AbortSignal.timeout(EMBEDDING_DEADLINE_MS)]);
  try {
    const { vectors, inputTokens } = await orAborted(app.embedder.embed([asked], deadline), deadline);
    const [vector] = vectors;
    found.usages.push({ ...usage, inputTokens });
    found.embeddingMs = Math.round(performance.now() - started);
    return vector ? { vector, model } : null;
  } catch (error) {
    // Late is paid for too, as far as we can tell.
    if (deadline.aborted) found.usages.push({ ...usage, inputTokens: countTokens(asked) });
    if (!stopped.aborted) {
      app.log.warn({ err: error }, 'the question could not be embedded');
      found.notes.push('The question could not be embedded in time: memory was searched by its words alone.');
    }
    return null;
  }
}

/** The sessions that may be recalled into this one: itself, and where both sides say so the viewer's others. */
export async function recallableSessions(em: Em, session: SessionRow): Promise<string[]> {
  if (!session.longTermMemory) return [];
  if (!session.crossSessionMemory) return [session.id];
  const others = await db(em)
    .selectFrom('chat_session')
    .select('id')
    .where('userId', '=', session.userId)
    .where('deletedAt', 'is', null)
    .where('longTermMemory', '=', true)
    .where('crossSessionMemory', '=', true)
    .execute();
  return [...new Set([session.id, ...others.map((other) => other.id)])];
}

/** Whether memory still holds all that a prompt takes from it, where it may still be recalled from. */
export async function isStillRecallable(em: Em, session: SessionRow, { sections }: AssembledPrompt): Promise<boolean> {
  const memory = sections.filter(({ kind }) => kind === 'MEMORY').flatMap(({ items }) => items);
  const sent = new Set(memory.flatMap((item) => (item.decision === 'DROPPED' ? [] : (item.messageId ?? []))));
  if (sent.size === 0) return true;
  const current = await findSession(em, session.userId, session.id);
  if (!current) return false;
  const held = await db(em)
    .selectFrom('chat_message')
    .select('session')
    .where('id', 'in', [...sent])
    .where('userId', '=', session.userId)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('chunk').select('chunk.id').whereRef('chunk.message', '=', 'chat_message.id')),
    )
    .execute();
  const recallable = new Set(await recallableSessions(em, current));
  return held.filter((message) => recallable.has(message.session)).length === sent.size;
}
