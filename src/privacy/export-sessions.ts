import { NIL } from 'uuid';
import { createLoaders } from '../chat/loaders.ts';
import type { MessageRow, SessionRow } from '../chat/own.ts';
import type { StoredManifest } from '../chat/prompts/load-manifest.ts';
import { citedItems } from '../chat/prompts/show-manifest.ts';
import { db } from '../db/orm.ts';
import { type ExportLine, type ExportScope, keysetPages, type Pages } from './export-line.ts';

const SESSIONS = 100;
/** Each may be as long as a message can be, with a prompt beside it. */
const MESSAGES = 25;
const SUMMARIES = 25;

/** Each session, then its messages, each before the manifest of what it was based on, then its summaries. */
export async function* sessionLines(scope: ExportScope): Pages {
  for await (const sessions of keysetPages<SessionRow>(SESSIONS, (after, limit) => readSessions(scope, after, limit))) {
    for (const session of sessions) {
      yield [await sessionLine(scope, session)];
      for await (const messages of keysetPages<MessageRow>(MESSAGES, (after, limit) =>
        readMessages(scope, session.id, after, limit),
      )) {
        yield await messageLines(scope, messages);
      }
      yield* summaryLines(scope, session.id);
    }
  }
}

/** In the order they were begun, which no writing changes: none is missed, and none is told twice. */
function readSessions({ em, userId }: ExportScope, after: SessionRow | null, limit: number): Promise<SessionRow[]> {
  const connection = em();
  return db(connection)
    .selectFrom('chat_session')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('chat_session as own')
        .select('own.id')
        .where('own.userId', '=', userId)
        .where('own.id', '>', after?.id ?? NIL)
        .orderBy('own.id')
        .limit(limit),
    )
    .where('userId', '=', userId)
    .orderBy('id')
    .execute();
}

function readMessages(
  { em, userId }: ExportScope,
  sessionId: string,
  after: MessageRow | null,
  limit: number,
): Promise<MessageRow[]> {
  return db(em())
    .selectFrom('chat_message')
    .selectAll()
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .where('seq', '>', after?.seq ?? 0)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

async function sessionLine({ em, userId }: ExportScope, session: SessionRow): Promise<ExportLine> {
  const documents = await db(em())
    .selectFrom('session_document')
    .innerJoin('document', 'document.id', 'session_document.document')
    .select('document.id')
    .where('session_document.session', '=', session.id)
    .where('document.userId', '=', userId)
    .orderBy('session_document.position')
    .execute();
  const { userId: _, ...own } = session;
  return { kind: 'session', ...own, documentIds: documents.map((document) => document.id) };
}

async function messageLines(scope: ExportScope, messages: readonly MessageRow[]): Promise<ExportLine[]> {
  const loaders = createLoaders(scope.em(), scope.userId, { embedder: { model: scope.embeddingModel } });
  const lines = messages.map(async (message): Promise<ExportLine[]> => {
    const isRunning = message.status === 'PENDING' || message.status === 'STREAMING';
    const content = isRunning ? await loaders.persistedText.load(message.id) : message.content;
    const manifest = message.role === 'ASSISTANT' ? await loaders.manifest.load(message.id) : null;
    const { userId: _, session, leaseOwner: __, leaseExpiresAt: ___, reservedTokens: ____, ...own } = message;
    const line = {
      kind: 'message',
      ...own,
      sessionId: session,
      content,
      memory: await loaders.memoryState.load(message),
      citations: manifest
        ? citedItems(content, manifest).map(({ marker, ...item }) => ({ marker, ...sourceOf(item) }))
        : [],
    };
    return manifest ? [line, manifestLine(message.id, manifest)] : [line];
  });
  return (await Promise.all(lines)).flat();
}

type Item = StoredManifest['sections'][number]['items'][number];

const sourceOf = ({ messageId, chunkId, filename }: Pick<Item, 'messageId' | 'chunkId' | 'filename'>) => ({
  messageId,
  chunkId,
  filename,
});

/** What was sent, piece by piece, as it is rendered now: what was deleted since reads `[deleted]`. */
function manifestLine(replyId: string, { messages: _, sections, ...manifest }: StoredManifest): ExportLine {
  return {
    kind: 'manifest',
    replyId,
    requestHash: manifest.requestHash,
    contextWindowTokens: manifest.contextWindowTokens,
    replyTokens: manifest.replyTokens,
    budgetTokens: manifest.budgetTokens,
    usedTokens: manifest.usedTokens,
    notes: manifest.notes,
    sections: sections.map(({ items, ...section }) => ({
      ...section,
      items: items.map(({ section: _, ranges: __, ...item }) => item),
    })),
  };
}

async function* summaryLines({ em, userId }: ExportScope, sessionId: string): Pages {
  const pages = keysetPages<{ id: string; text: string; createdAt: Date }>(SUMMARIES, (after, limit) =>
    db(em())
      .selectFrom('summary')
      .select(['id', 'text', 'createdAt'])
      .where('session', '=', sessionId)
      .where('userId', '=', userId)
      .where('id', '>', after?.id ?? NIL)
      .orderBy('id')
      .limit(limit)
      .execute(),
  );
  for await (const page of pages) yield page.map((summary) => ({ kind: 'summary', sessionId, ...summary }));
}
