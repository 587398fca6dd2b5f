import type { App } from '../../app.ts';
import { db, type Em } from '../../db/orm.ts';
import { isAnythingFindable, retrieve, retrieveDocuments } from '../../memory/search/retrieve.ts';
import type { AssembledPrompt, DocumentHit, Hit, PromptItem, SectionKind } from '../../prompt/prompt.ts';
import type { Usage } from '../../users/usage.ts';
import { findSession, type SessionRow } from '../own.ts';
import { type EmbeddedQuestion, embedQuestion } from './embed-question.ts';

const MAX_HITS = 40;

export interface Question {
  userId: string;
  /** Where memory may look. */
  sessionIds: readonly string[];
  /** The documents to look in; READY ones. */
  documentIds: readonly string[];
  text: string;
  /** What the viewer wrote before it; null where there is none. */
  previousText: string | null;
  /** What is not to be found: the question itself. */
  excludeMessageIds: ReadonlySet<string>;
  /** What is sent anyway. Where nothing else can be found, the question is not embedded. */
  inSight: ReadonlySet<string>;
  /** Of each search. */
  limit?: number;
}

export interface Recalled {
  /** What memory holds on the question, best first. */
  hits: Hit[];
  /** What the documents hold on it, best first. */
  documents: DocumentHit[];
  usages: Usage[];
  notes: string[];
  /** Why memory or documents could not be searched; null where they could. */
  failure: unknown;
  /** For the log: how long the embedding took, null where none was made. */
  embeddingMs: number | null;
}

/** Searches memory and documents by one embedding of the question. What fails or is late costs hits, never the turn. */
export async function recall(app: App, em: Em, question: Question, stopped: AbortSignal): Promise<Recalled> {
  const embedding = (await isWorthEmbedding(app, em, question)) ? embedQuestion(app, question, stopped) : null;
  const found: Recalled = { hits: [], documents: [], usages: [], notes: [], failure: null, embeddingMs: null };
  const failed = (error: unknown, note: string): [] => {
    app.log.error({ err: error }, 'a search failed');
    found.failure = error;
    found.notes.push(note);
    return [];
  };
  const observe = app.metrics.retrieval.startTimer();
  // The embedding is not waited for: its thread works while this one searches the words.
  const [hits, documents] = await Promise.all([
    searchMemory(app, em, question, embedding).catch((error) => failed(error, 'Memory could not be searched.')),
    searchDocuments(app, em, question, embedding).catch((error) => failed(error, 'Documents could not be searched.')),
  ]);
  // It is paid for, whatever came of the searches.
  const { usages, notes, ms } = (await embedding) ?? { usages: [], notes: [], ms: null };
  observe();
  return { ...found, hits, documents, usages, notes: [...notes, ...found.notes], embeddingMs: ms };
}

/** Whether there is anything to find that is not sent anyway. */
async function isWorthEmbedding(app: App, em: Em, question: Question): Promise<boolean> {
  const { userId, sessionIds, documentIds, excludeMessageIds, inSight } = question;
  if (documentIds.length > 0) return true;
  if (sessionIds.length === 0) return false;
  const unsought = new Set([...excludeMessageIds, ...inSight]);
  const ctx = { em, scopes: app.scopes };
  // What fails here fails in the search too, which says so.
  return isAnythingFindable(ctx, { userId, sessionIds, excludeMessageIds: unsought }).catch(() => false);
}

type Embedding = Promise<EmbeddedQuestion> | null;

async function searchMemory(app: App, em: Em, question: Question, embedding: Embedding): Promise<Hit[]> {
  const { sessionIds, excludeMessageIds, inSight } = question;
  if (sessionIds.length === 0) return [];
  const query = { ...searchOf(question, embedding), sessionIds, excludeMessageIds, inSightMessageIds: inSight };
  return retrieve({ em, scopes: app.scopes }, query);
}

async function searchDocuments(app: App, em: Em, question: Question, embedding: Embedding): Promise<DocumentHit[]> {
  const { documentIds } = question;
  if (documentIds.length === 0) return [];
  return retrieveDocuments({ em, scopes: app.scopes }, { ...searchOf(question, embedding), documentIds });
}

const searchOf = ({ userId, text, previousText, limit = MAX_HITS }: Question, embedding: Embedding) => ({
  userId,
  question: text,
  previousTurn: previousText,
  embedding: embedding?.then((embedded) => embedded.embedding) ?? null,
  limit,
});

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

/** Whether all that a prompt takes from memory and documents is still there, and may still be sent in this session. */
export async function isStillRecallable(em: Em, session: SessionRow, prompt: AssembledPrompt): Promise<boolean> {
  return (await isStillRemembered(em, session, prompt)) && (await isStillLinked(em, session, prompt));
}

async function isStillRemembered(em: Em, session: SessionRow, prompt: AssembledPrompt): Promise<boolean> {
  const sent = new Set(sentIn(prompt, 'MEMORY').flatMap(({ messageId }) => messageId ?? []));
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

async function isStillLinked(em: Em, session: SessionRow, prompt: AssembledPrompt): Promise<boolean> {
  const sent = new Set(sentIn(prompt, 'DOCUMENTS').flatMap(({ chunkId }) => chunkId ?? []));
  if (sent.size === 0) return true;
  const { linked } = await db(em)
    .selectFrom('chunk')
    .innerJoin('session_document', 'session_document.document', 'chunk.document')
    .select((eb) => eb.fn.countAll<number>().as('linked'))
    .where('chunk.id', 'in', [...sent])
    .where('chunk.userId', '=', session.userId)
    .where('session_document.session', '=', session.id)
    .executeTakeFirstOrThrow();
  return Number(linked) === sent.size;
}

const sentIn = ({ sections }: AssembledPrompt, kind: SectionKind) =>
  sections.filter((section) => section.kind === kind).flatMap(({ items }) => items.filter(isSent));

const isSent = ({ decision }: PromptItem) => decision !== 'DROPPED';
