import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { linkDocuments } from '../../documents/linked-documents.ts';
import { AppError, invalid } from '../../errors.ts';
import type { ChatProvider } from '../../models/chat-model.ts';
import type { SessionRow } from '../own.ts';
import type { CreateChatSessionInput } from '../session.type.ts';
import { UNTITLED } from './automatic-title.ts';

/**
 * @throws BAD_USER_INPUT for a null where only absence has a meaning, MODEL_UNAVAILABLE for a model not offered,
 *   NOT_FOUND for a document that is not the viewer's
 */
export async function createSession(
  { app, em, viewer }: Pick<Context, 'app' | 'em' | 'viewer'>,
  input: CreateChatSessionInput,
): Promise<SessionRow> {
  const session = newSession(app.chat, input);
  return viewerTransaction(em, viewer.id, (tx) => insertSession(tx, viewer.id, session));
}

interface NewSession
  extends Pick<
    SessionRow,
    'title' | 'titleIsAutomatic' | 'model' | 'instructions' | 'tags' | 'longTermMemory' | 'crossSessionMemory'
  > {
  documentIds: readonly string[];
}

/** @param path of `input` in what the client sent, where it is only a part of that */
export function newSession(chat: ChatProvider, input: Partial<CreateChatSessionInput>, path = ''): NewSession {
  refuseNulls(input, ['title', 'model', 'tags', 'documentIds'], path);
  return {
    title: input.title?.trim() ?? UNTITLED,
    titleIsAutomatic: input.title === undefined,
    model: offeredModel(chat, input.model ?? undefined),
    instructions: input.instructions?.trim() || null,
    tags: unique(input.tags ?? []),
    longTermMemory: input.longTermMemory ?? true,
    crossSessionMemory: input.crossSessionMemory ?? false,
    documentIds: input.documentIds ?? [],
  };
}

/** Stores a session with its documents, in a transaction. @throws NOT_FOUND for a document that is not the user's */
export async function insertSession(
  em: Em,
  userId: string,
  { documentIds, ...session }: NewSession,
): Promise<SessionRow> {
  const now = new Date();
  const inserted = await db(em)
    .insertInto('chat_session')
    .values({ userId, ...session, createdAt: now, updatedAt: now })
    .returningAll()
    .executeTakeFirstOrThrow();
  await linkDocuments(em, userId, inserted.id, documentIds);
  return inserted;
}

export function offeredModel(chat: ChatProvider, id: string | undefined): string {
  const model = id === undefined ? chat.models[0] : chat.models.find((offered) => offered.id === id);
  if (!model) throw new AppError('MODEL_UNAVAILABLE', 'This model is not offered here.');
  return model.id;
}

export function refuseNulls<T extends object>(input: T, fields: readonly (keyof T & string)[], path = ''): void {
  const field = fields.find((name) => input[name] === null);
  if (field) throw invalid(`${path}${field}`, `${field} must not be null`);
}

export const unique = (tags: readonly string[]): string[] => [...new Set(tags.map((tag) => tag.trim()))];
