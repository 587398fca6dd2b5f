import type { Em, Orm } from '../../src/db/orm.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import type { Conversation } from './conversation.ts';
import {
  ChatMessage,
  ChatSession,
  createLogger,
  db,
  embedTask,
  forkEm,
  indexText,
  JobWorker,
  ScopeCache,
} from './product.ts';

/** A conversation in memory. */
export interface Indexed {
  em: Em;
  userId: string;
  sessionIds: readonly string[];
  scopes: InstanceType<typeof ScopeCache>;
  /** By id. */
  chunks: ReadonlyMap<number, IndexedChunk>;
}

export interface IndexedChunk {
  /** As the conversation has it. */
  messageId: string;
  /** As the database has it: the message and the position in it. */
  place: string;
  /** UTF-16 offsets into the message. */
  range: readonly [from: number, to: number];
  text: string;
  tokens: number;
  speaker: string | null;
}

/** Stores and indexes what was said as sending does, and embeds it by the server's own jobs. The conversation is the viewer's. */
export async function indexConversation(orm: Orm, embedder: Embedder, conversation: Conversation): Promise<Indexed> {
  const userId = conversation.id;
  const sessionIds: string[] = [];
  const names = new Map<string, string>();
  for (const { at, messages } of conversation.sessions) {
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
  await embedAll(orm, embedder);
  return { em: forkEm(orm), userId, sessionIds, scopes: new ScopeCache(), chunks: await chunksOf(orm, userId, names) };
}

async function embedAll(orm: Orm, embedder: Embedder): Promise<void> {
  const log = createLogger('warn');
  const worker = new JobWorker({ orm, log, owner: 'bench', admit: null }, [
    embedTask({ orm, embedder, log, onIndexed: () => undefined }),
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
    .select(['id', 'message', 'position', 'start', 'text', 'tokens', 'speaker'])
    .where('userId', '=', userId)
    .execute();
  return new Map(
    rows.map(({ id, message, position, start, text, tokens, speaker }) => {
      const range = [start, start + text.length] as const;
      const messageId = names.get(message ?? '') ?? '';
      return [id, { messageId, place: `${message} ${position}`, range, text, tokens, speaker }];
    }),
  );
}
