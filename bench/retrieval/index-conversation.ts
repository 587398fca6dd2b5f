import type { Em, Orm } from '../../src/db/orm.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import type { Conversation } from './conversation.ts';
import {
  ChatMessage,
  ChatSession,
  createLogger,
  Document,
  db,
  EMBED_DOCUMENT_TASK,
  embedDocumentTask,
  embedTask,
  enqueue,
  forkEm,
  indexPieces,
  indexText,
  JobWorker,
  localTokenCounter,
  ScopeCache,
  splitDocument,
} from './product.ts';

/** A conversation in memory. */
export interface Indexed {
  em: Em;
  userId: string;
  searched: { sessionIds: readonly string[] } | { documentIds: readonly string[] };
  scopes: InstanceType<typeof ScopeCache>;
  /** By id. */
  chunks: ReadonlyMap<number, IndexedChunk>;
}

export interface IndexedChunk {
  /** As the conversation has it. */
  messageId: string;
  /** As the database has it: the message or document, and the position in it. */
  place: string;
  /** UTF-16 offsets into the message. */
  range: readonly [from: number, to: number];
  text: string;
  tokens: number;
  speaker: string | null;
}

/** By the id of a message or document: what the conversation calls it. */
type Names = Map<string, string>;

/** Stores, indexes and embeds what was said, or written, as the server does. The conversation is the viewer's. */
export async function indexConversation(orm: Orm, embedder: Embedder, conversation: Conversation): Promise<Indexed> {
  const userId = conversation.id;
  const names: Names = new Map();
  const searched = conversation.isOfDocuments
    ? { documentIds: await storeDocuments(orm, embedder, conversation, names) }
    : { sessionIds: await storeMessages(orm, conversation, names) };
  await embedAll(orm, embedder);
  return { em: forkEm(orm), userId, searched, scopes: new ScopeCache(), chunks: await chunksOf(orm, userId, names) };
}

async function storeMessages(orm: Orm, { id: userId, sessions }: Conversation, names: Names): Promise<string[]> {
  const sessionIds: string[] = [];
  for (const { at, messages } of sessions) {
    await forkEm(orm).transactional(async (em) => {
      const session = em.create(ChatSession, {
        userId,
        title: userId,
        model: 'offline',
        messageCount: messages.length,
      });
      sessionIds.push(session.id);
      for (const [index, { id, role, speaker, text }] of messages.entries()) {
        const place = { userId, seq: index + 1, role };
        const message = em.create(ChatMessage, { ...place, session, status: 'COMPLETE', content: text, createdAt: at });
        await em.flush();
        names.set(message.id, id);
        await indexText(em, { ...place, sessionId: session.id, messageId: message.id, saidAt: at, text, speaker });
      }
    });
  }
  return sessionIds;
}

async function storeDocuments(
  orm: Orm,
  { maxTokens }: Embedder,
  { id: userId, sessions }: Conversation,
  names: Names,
): Promise<string[]> {
  const limit = { maxTokens, countTokens: localTokenCounter() };
  const documentIds: string[] = [];
  for (const { id, text } of sessions.flatMap(({ messages }) => messages)) {
    await forkEm(orm).transactional(async (em) => {
      const file = { filename: `${id}.md`, mimeType: 'text/markdown', sizeBytes: text.length, contentHash: id };
      const document = em.create(Document, { userId, ...file, status: 'READY' });
      await em.flush();
      names.set(document.id, id);
      documentIds.push(document.id);
      const source = { userId, documentId: document.id, addedAt: document.createdAt };
      await indexPieces(em, source, splitDocument(text, limit), 0);
      await enqueue(em, { userId, task: EMBED_DOCUMENT_TASK, key: document.id, documentId: document.id });
    });
  }
  return documentIds;
}

async function embedAll(orm: Orm, embedder: Embedder): Promise<void> {
  const log = createLogger('warn');
  const worker = new JobWorker({ orm, log, owner: 'bench', admit: null }, [
    embedTask({ orm, embedder, log, onIndexed: () => undefined }),
    embedDocumentTask({ orm, embedder, log, onIndexed: () => undefined }),
  ]);
  worker.start();
  await worker.idle();
  await worker.stop();
  const missing = await db(forkEm(orm)).selectFrom('chunk').select('id').where('embedding', 'is', null).execute();
  if (missing.length > 0) throw new Error(`${missing.length} chunks have no embedding.`);
}

async function chunksOf(orm: Orm, userId: string, names: ReadonlyMap<string, string>) {
  const rows = await db(forkEm(orm))
    .selectFrom('chunk')
    .select(['id', 'message', 'document', 'position', 'start', 'text', 'tokens', 'speaker'])
    .where('userId', '=', userId)
    .execute();
  return new Map(
    rows.map(({ id, message, document, position, start, text, tokens, speaker }) => {
      const range = [start, start + text.length] as const;
      const source = message ?? document ?? '';
      return [id, { messageId: names.get(source) ?? '', place: `${source} ${position}`, range, text, tokens, speaker }];
    }),
  );
}
