import DataLoader from 'dataloader';
import type { App } from '../app.ts';
import { isId } from '../db/columns.ts';
import { oneOf } from '../db/listed.ts';
import { db, type Em } from '../db/orm.ts';
import type { DocumentChunkRow, DocumentRow } from '../documents/own-document.ts';
import { usageOf } from '../users/usage.ts';
import type { TokenUsageType } from '../users/usage.type.ts';
import { memoryStates, memoryStatuses } from './memory/memory-state.ts';
import type { MemoryState } from './message.type.ts';
import { isRunningRow, type MessageRow, type SessionRow } from './own.ts';
import { loadManifests, type StoredManifest } from './prompts/load-manifest.ts';
import type { MemoryStatusType } from './session.type.ts';

/** Reads of one operation, joined: one statement for all ids that are asked for together. */
export interface Loaders {
  sessionById: DataLoader<string, SessionRow | null>;
  messageById: DataLoader<string, MessageRow | null>;
  documentById: DataLoader<string, DocumentRow | null>;
  /** By session, in the viewer's order. */
  sessionDocuments: DataLoader<string, DocumentRow[]>;
  /** A passage of a document. */
  documentChunk: DataLoader<number, DocumentChunkRow | null>;
  /** By session. */
  runningReply: DataLoader<string, MessageRow | null>;
  /** What a running reply has persisted; all its text, where it has ended meanwhile. */
  persistedText: DataLoader<string, string>;
  memoryState: DataLoader<MessageRow, MemoryState, string>;
  /** By session. */
  memoryStatus: DataLoader<string, MemoryStatusType>;
  /** By session. */
  sessionUsage: DataLoader<string, TokenUsageType>;
  /** By reply. */
  manifest: DataLoader<string, StoredManifest | null>;
}

export function createLoaders(
  em: Em,
  viewerId: string,
  { embedder }: { embedder: Pick<App['embedder'], 'model'> },
): Loaders {
  const sessions = () => db(em).selectFrom('chat_session').selectAll().where('userId', '=', viewerId);
  const messages = () => db(em).selectFrom('chat_message').selectAll().where('userId', '=', viewerId);
  const known = (ids: readonly string[]) => oneOf(em, 'uuid', ids.filter(isId));
  return {
    sessionById: new DataLoader(async (ids) =>
      inOrder(ids, await sessions().where('id', 'in', known(ids)).execute(), (row) => row.id),
    ),
    messageById: new DataLoader(async (ids) =>
      inOrder(ids, await messages().where('id', 'in', known(ids)).execute(), (row) => row.id),
    ),
    documentById: new DataLoader(async (ids) => {
      const documents = db(em).selectFrom('document').selectAll().where('userId', '=', viewerId);
      return inOrder(ids, await documents.where('id', 'in', known(ids)).execute(), (row) => row.id);
    }),
    sessionDocuments: new DataLoader(async (ids) => {
      const rows = await db(em)
        .selectFrom('session_document')
        .innerJoin('document', 'document.id', 'session_document.document')
        .selectAll('document')
        .select('session_document.session')
        .where('session_document.session', 'in', [...ids])
        .where('document.userId', '=', viewerId)
        .orderBy('session_document.position')
        .execute();
      const documents = Map.groupBy(rows, (row) => row.session);
      return ids.map((id) => documents.get(id) ?? []);
    }),
    documentChunk: new DataLoader(async (ids) => {
      const chunks = await db(em)
        .selectFrom('chunk')
        .select(['id', 'document', 'position', 'text', 'start'])
        .where('id', 'in', [...ids])
        .where('userId', '=', viewerId)
        .execute();
      const ofDocuments = chunks.flatMap(({ document, ...chunk }) =>
        document === null ? [] : [{ document, ...chunk }],
      );
      return inOrder(ids, ofDocuments, (row) => row.id);
    }),
    runningReply: new DataLoader(async (ids) => {
      const running = await messages()
        .where('session', 'in', [...ids])
        .where(isRunningRow)
        .execute();
      return inOrder(ids, running, (row) => row.session);
    }),
    persistedText: new DataLoader(async (ids) => {
      // In one statement, because settling moves the text from the parts to the message.
      const rows = await db(em)
        .selectFrom('chat_message')
        .leftJoin('reply_part', 'reply_part.message', 'chat_message.id')
        .select(['chat_message.id', 'chat_message.content', 'reply_part.text'])
        .where('chat_message.id', 'in', [...ids])
        .where('chat_message.userId', '=', viewerId)
        .orderBy('reply_part.offset')
        .execute();
      const texts = Map.groupBy(rows, (row) => row.id);
      return ids.map((id) => (texts.get(id) ?? []).map(({ content, text }) => content + (text ?? '')).join(''));
    }),
    memoryState: new DataLoader((rows) => memoryStates(em, viewerId, embedder.model, rows), {
      cacheKeyFn: (message) => message.id,
    }),
    memoryStatus: new DataLoader((ids) => memoryStatuses(em, viewerId, embedder.model, ids)),
    sessionUsage: new DataLoader(async (ids) => {
      const sums = await db(em)
        .selectFrom('usage_entry')
        .select((eb) => [
          'session',
          eb.fn.sum<number>('inputTokens').as('inputTokens'),
          eb.fn.sum<number>('outputTokens').as('outputTokens'),
        ])
        .where('session', 'in', [...ids])
        .where('userId', '=', viewerId)
        .groupBy('session')
        .execute();
      return inOrder(ids, sums, (row) => row.session ?? '').map((sum) => usageOf(sum));
    }),
    manifest: new DataLoader((ids) => loadManifests(em, viewerId, ids)),
  };
}

function inOrder<T, K>(ids: readonly K[], rows: readonly T[], idOf: (row: T) => K): (T | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
