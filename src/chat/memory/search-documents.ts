import type { Context } from '../../context.ts';
import { isId } from '../../db/columns.ts';
import { db, type Em } from '../../db/orm.ts';
import { type DocumentRow, noSuchDocument } from '../../documents/own-document.ts';
import { searchableDocuments } from '../../documents/searchable-documents.ts';
import type { DocumentHit } from '../../prompt/prompt.ts';
import type { DocumentHitType, SearchDocumentsInput } from '../memory.type.ts';
import { clientScore } from '../prompts/client-score.ts';
import { passageById } from '../prompts/passage-by-id.ts';
import { recall } from '../prompts/recall.ts';
import { spendOnQuestion } from '../prompts/spend-on-question.ts';

/** Passages of the viewer's READY documents, as far as they fit into one search; best first. @throws AppError NOT_FOUND where one that is named is not theirs */
export async function searchDocuments(ctx: Context, input: SearchDocumentsInput): Promise<DocumentHitType[]> {
  const { app, em, viewer } = ctx;
  const documents = input.documentIds
    ? await namedDocuments(em, viewer.id, input.documentIds)
    : await allDocuments(em, viewer.id);
  const question = {
    userId: viewer.id,
    sessionIds: [],
    documentIds: searchableDocuments(documents).map(({ id }) => id),
    text: input.query,
    previousText: null,
    excludeMessageIds: new Set<string>(),
    inSight: new Set<string>(),
    limit: input.first,
  };
  const spending = { sessionId: null, text: input.query };
  const { documents: hits, failure } = await spendOnQuestion(ctx, spending, async (usages) => {
    const recalled = await recall(app, em, question, app.draining);
    usages.push(...recalled.usages);
    return recalled;
  });
  if (failure !== null) throw failure;
  const found = await Promise.all(hits.map((hit) => documentHit(ctx, hit)));
  return found.filter((hit) => hit !== null);
}

/** Null where it was deleted while the question was embedded. */
async function documentHit(ctx: Context, hit: DocumentHit): Promise<DocumentHitType | null> {
  const chunk = await passageById(ctx, hit.chunkId);
  return chunk && { chunk, score: clientScore(hit.score) };
}

type Searchable = Pick<DocumentRow, 'id' | 'status' | 'chunkCount'>;

/** In the order named. */
async function namedDocuments(em: Em, userId: string, documentIds: readonly string[]): Promise<Searchable[]> {
  const ids = [...new Set(documentIds)];
  if (!ids.every(isId)) throw noSuchDocument();
  if (ids.length === 0) return [];
  const found = await db(em)
    .selectFrom('document')
    .select(['id', 'status', 'chunkCount'])
    .where('id', 'in', ids)
    .where('userId', '=', userId)
    .execute();
  if (found.length < ids.length) throw noSuchDocument();
  return found.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

/** The newest first. */
function allDocuments(em: Em, userId: string): Promise<Searchable[]> {
  return db(em)
    .selectFrom('document')
    .select(['id', 'status', 'chunkCount'])
    .where('userId', '=', userId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .execute();
}
