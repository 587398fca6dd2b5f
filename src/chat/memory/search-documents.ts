import type { Context } from '../../context.ts';
import { isId } from '../../db/columns.ts';
import { db, type Em } from '../../db/orm.ts';
import { noSuchDocument } from '../../documents/own-document.ts';
import type { DocumentHit } from '../../prompt/prompt.ts';
import type { DocumentHitType, SearchDocumentsInput } from '../memory.type.ts';
import { clientScore } from '../prompts/client-score.ts';
import { passageById } from '../prompts/passage-by-id.ts';
import { recall } from '../prompts/recall.ts';
import { spendOnQuestion } from '../prompts/spend-on-question.ts';

/** Passages of the viewer's READY documents, best first. @throws AppError NOT_FOUND where one that is named is not theirs */
export async function searchDocuments(ctx: Context, input: SearchDocumentsInput): Promise<DocumentHitType[]> {
  const { app, em, viewer } = ctx;
  const documentIds = input.documentIds
    ? await readyAmong(em, viewer.id, input.documentIds)
    : await allReady(em, viewer.id);
  const question = {
    userId: viewer.id,
    sessionIds: [],
    documentIds,
    text: input.query,
    previousText: null,
    excludeMessageIds: new Set<string>(),
    inSight: new Set<string>(),
    limit: input.first,
  };
  const { documents, failure } = await spendOnQuestion(ctx, { sessionId: null, text: input.query }, async (usages) => {
    const recalled = await recall(app, em, question, app.draining);
    usages.push(...recalled.usages);
    return recalled;
  });
  if (failure !== null) throw failure;
  const found = await Promise.all(documents.map((hit) => documentHit(ctx, hit)));
  return found.filter((hit) => hit !== null);
}

/** Null where it was deleted while the question was embedded. */
async function documentHit(ctx: Context, hit: DocumentHit): Promise<DocumentHitType | null> {
  const chunk = await passageById(ctx, hit.chunkId);
  return chunk && { chunk, score: clientScore(hit.score) };
}

async function readyAmong(em: Em, userId: string, documentIds: readonly string[]): Promise<string[]> {
  const ids = [...new Set(documentIds.map((id) => id.toLowerCase()))];
  if (!ids.every(isId)) throw noSuchDocument();
  if (ids.length === 0) return [];
  const found = await db(em)
    .selectFrom('document')
    .select(['id', 'status'])
    .where('id', 'in', ids)
    .where('userId', '=', userId)
    .execute();
  if (found.length < ids.length) throw noSuchDocument();
  return found.filter(({ status }) => status === 'READY').map(({ id }) => id);
}

async function allReady(em: Em, userId: string): Promise<string[]> {
  const found = await db(em)
    .selectFrom('document')
    .select('id')
    .where('userId', '=', userId)
    .where('status', '=', 'READY')
    .execute();
  return found.map(({ id }) => id);
}
