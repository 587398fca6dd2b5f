import type { Em } from '../../db/orm.ts';
import type { DocumentHit, Hit } from '../../prompt/prompt.ts';
import { questionTerms } from '../terms.ts';
import { asHit, byScore, chooseHits, shortlist } from './choose-hits.ts';
import { type Question, readQuestion, type ScoredChunk } from './evidence.ts';
import { isReferring } from './is-referring.ts';
import { lexicalScores } from './lexical-scores.ts';
import type { QuestionEmbedding } from './nearest.ts';
import { readCandidates, readDocumentCandidates } from './passages.ts';
import { postingsOf } from './postings.ts';
import { matterOf } from './question-matter.ts';
import { chunksOfMessages, type Scope, type ScopeCache, type Searched, scopeWithout } from './scope-cache.ts';
import type { ScopeChunk } from './scope-chunks.ts';
import { scoreAll } from './score-all.ts';

/** What is looked for, wherever that is. */
interface Search {
  userId: string;
  question: string;
  /** Searched too where the question refers to it, at half the weight. */
  previousTurn: string | null;
  /** Null searches by words, dates and priors alone. A promise is waited for once the words have been searched. */
  embedding: QuestionEmbedding | null | Promise<QuestionEmbedding | null>;
  limit: number;
}

export interface RetrieveQuery extends Search {
  /** Any number; those of others are passed over. */
  sessionIds: readonly string[];
  /** Searched as if they were not there: the question itself. */
  excludeMessageIds?: ReadonlySet<string>;
  /** What is sent anyway if there is room. It is found too, but takes few places and sets no bar for the rest. */
  inSightMessageIds?: ReadonlySet<string>;
}

export interface RetrieveDocumentsQuery extends Search {
  /** Any number; those of others are passed over. Indexed to their end. */
  documentIds: readonly string[];
}

/** The first of a long text's terms say what it is about. */
const MAX_TERMS = 64;
const MAX_PREVIOUS_TERMS = 32;
const PREVIOUS_TURN = 0.5;
/** The most of the hits that may be in sight. */
const IN_SIGHT_SHARE = 0.25;

/**
 * What speaks most for being told to the model with this question, best first: at most `limit`, none scoring less than
 * half the best that tells something, but the assistant's words in the reserve. Nothing where no word, date or embedding fits.
 */
export async function retrieve(ctx: { em: Em; scopes: ScopeCache }, query: RetrieveQuery): Promise<Hit[]> {
  const { question, scored } = await score(ctx, query, { sessionIds: query.sessionIds }, query.excludeMessageIds);

  const inSight = query.inSightMessageIds ?? new Set();
  const seenPlaces = Math.floor(query.limit * IN_SIGHT_SHARE);
  const { seen = [], others = [] } = Object.groupBy(scored, ({ chunk: { messageId } }) =>
    messageId !== null && inSight.has(messageId) ? 'seen' : 'others',
  );
  const candidates = await readCandidates(ctx.em, query.userId, [
    ...shortlist(seen, seenPlaces),
    ...shortlist(others, query.limit),
  ]);

  const choose = (isSeen: boolean, limit: number) => {
    const among = candidates.filter(({ messageId }) => inSight.has(messageId) === isSeen);
    return chooseHits(among, limit, question.asksAssistant);
  };
  const seenHits = choose(true, seenPlaces);
  return [...seenHits, ...choose(false, query.limit - seenHits.length)].sort(byScore).map(asHit);
}

/** The same in documents: their passages are scored among themselves. */
export async function retrieveDocuments(
  ctx: { em: Em; scopes: ScopeCache },
  query: RetrieveDocumentsQuery,
): Promise<DocumentHit[]> {
  const { scored } = await score(ctx, query, { documentIds: query.documentIds });
  const candidates = await readDocumentCandidates(ctx.em, query.userId, shortlist(scored, query.limit));
  return chooseHits(candidates, query.limit, false).map(asHit);
}

/** All that anything speaks for, in no order and nothing chosen yet, as if the messages to be excluded were not there. */
export async function score(
  ctx: { em: Em; scopes: ScopeCache },
  query: Search,
  searched: Searched,
  excludeMessageIds: ReadonlySet<string> = new Set(),
): Promise<{ question: Question; scored: ScoredChunk[] }> {
  const stored = await ctx.scopes.read(ctx.em, query.userId, searched);
  // A question that is stored already finds what it would have found before.
  const excluded = chunksOfMessages(stored, excludeMessageIds);
  const scopes = stored.map((scope) => scopeWithout(scope, excluded));
  const chunks = scopes.flatMap((scope) => scope.chunks);
  const question = readQuestion(query.question, chunks);
  if (chunks.length === 0 || query.limit <= 0) return { question, scored: [] };
  const lexical = await searchWords(ctx.em, query, { scopes, chunks });
  return { question, scored: await scoreAll(ctx, query, { scopes, question, findable: { chunks, lexical } }) };
}

/** Whether there is a chunk that `retrieve` may find: if not, no question needs to be embedded. */
export async function isAnythingFindable(
  ctx: { em: Em; scopes: ScopeCache },
  query: Pick<RetrieveQuery, 'userId' | 'sessionIds' | 'excludeMessageIds'>,
): Promise<boolean> {
  const scopes = await ctx.scopes.read(ctx.em, query.userId, { sessionIds: query.sessionIds });
  const excluded = chunksOfMessages(scopes, query.excludeMessageIds ?? new Set());
  return scopes.some((scope) => scope.chunks.some((chunk) => !excluded.has(chunk.id)));
}

/** From 0 to 1 for each of the chunks. */
async function searchWords(
  em: Em,
  { userId, question, previousTurn }: Search,
  { scopes, chunks }: { scopes: Scope[]; chunks: ScopeChunk[] },
): Promise<Float64Array> {
  const terms = questionTerms(matterOf(question)).slice(0, MAX_TERMS);
  const refersTo = previousTurn !== null && isReferring(question) ? previousTurn : null;
  const more = refersTo === null ? [] : questionTerms(refersTo).filter((term) => !terms.includes(term));
  const found = await postingsOf(em, userId, { scopes, terms: [...terms, ...more.slice(0, MAX_PREVIOUS_TERMS)] });
  const own = lexicalScores(chunks, found.slice(0, terms.length));
  if (refersTo === null) return own;
  const previous = lexicalScores(chunks, found.slice(terms.length));
  if (terms.length === 0) return previous;
  return own.map((score, index) => (score + PREVIOUS_TURN * (previous[index] ?? 0)) / (1 + PREVIOUS_TURN));
}
