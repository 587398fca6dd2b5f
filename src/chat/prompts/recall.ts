import type { App } from '../../app.ts';
import { db, type Em } from '../../db/orm.ts';
import { pointsBack } from '../../memory/is-referring.ts';
import { matterOf } from '../../memory/question-matter.ts';
import { isAnythingFindable, retrieve } from '../../memory/retrieve.ts';
import type { Hit } from '../../prompt/prompt.ts';
import type { Usage } from '../../users/usage.ts';
import type { SessionRow } from '../own.ts';
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
  /** For the log: how long the embedding took, null where none was made. */
  embeddingMs: number | null;
}

/** What memory holds on a question, best first. What fails or is late costs hits, never the turn. */
export async function recall(app: App, em: Em, question: Question, stopped: AbortSignal): Promise<Recalled> {
  const found: Recalled = { hits: [], usages: [], notes: [], embeddingMs: null };
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
  const { text, previousText } = question;
  const asked = previousText !== null && pointsBack(text) ? `${previousText} ${text}` : matterOf(text);
  const started = performance.now();
  try {
    const deadline = AbortSignal.any([stopped, AbortSignal.timeout(EMBEDDING_DEADLINE_MS)]);
    const { vectors, inputTokens } = await orAborted(app.embedder.embed([asked], deadline), deadline);
    const [vector] = vectors;
    const { model } = app.embedder;
    found.usages.push({ purpose: 'EMBEDDING', model, inputTokens, outputTokens: 0 });
    found.embeddingMs = Math.round(performance.now() - started);
    return vector ? { vector, model } : null;
  } catch (error) {
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
