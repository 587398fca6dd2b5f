import Database from 'better-sqlite3';
import type { Embedder } from '../../src/models/embedder.ts';
import type { Question } from './conversation.ts';
import type { Indexed, IndexedChunk } from './index-conversation.ts';
import { cosinesTo, countTerms, embeddedQuestion, retrieve, retrieveDocuments, score, termsOf } from './product.ts';

/** Chunks, best first. */
export type Ranked = readonly IndexedChunk[];
export type Ranking = (question: Question) => Promise<Ranked>;

export const LEXICAL = 'lexical alone';
export const SHIPPED = 'shipped ranking';
/** As a turn asks for. */
const SENT_HITS = 40;

/** The ways to find what answers a question that are compared. @param refer whether questions refer to a turn before */
export function rankingsOf(indexed: Indexed, embedder: Embedder, refer: boolean): Record<string, Ranking> {
  const { em, userId, searched, scopes, chunks } = indexed;
  const words = plainBm25(chunks);
  const sent = new Map([...chunks.values()].map((chunk) => [chunk.place, chunk]));
  const embeddingOf = async ({ text, previousTurn }: Question) => {
    const { vectors } = await embedder.embed([embeddedQuestion(text, previousTurn)], AbortSignal.timeout(60_000));
    return { vector: vectors[0] ?? new Float32Array(), model: embedder.model };
  };
  const queryOf = ({ text: question, previousTurn }: Question) => ({
    ...{ userId, question, previousTurn },
    limit: SENT_HITS,
  });
  const byId = (scored: Iterable<readonly [id: number, score: number]>) =>
    [...scored].sort(([a, x], [b, y]) => y - x || a - b).flatMap(([id]) => chunks.get(id) ?? []);
  const shipped = async (question: Question, embedding: Awaited<ReturnType<typeof embeddingOf>> | null) => {
    const query = { ...queryOf(question), embedding };
    const { scored } = await score({ em, scopes }, query, searched);
    return byId(scored.map(({ chunk, score }) => [chunk.id, score]));
  };
  const shippedWith = async (question: Question) => shipped(question, await embeddingOf(question));

  return {
    [LEXICAL]: async ({ text }) => words(text),
    'semantic alone': async (question) =>
      byId(await cosinesTo(em, userId, await embeddingOf(question), [...chunks.keys()])),
    'shipped, no embedding': (question) => shipped(question, null),
    ...(refer && {
      'shipped, no turn before': (question: Question) => shippedWith({ ...question, previousTurn: null }),
    }),
    [SHIPPED]: shippedWith,
    async 'as sent'(question) {
      const embedding = await embeddingOf(question);
      const query = { ...queryOf(question), embedding };
      const places =
        'sessionIds' in searched
          ? (await retrieve({ em, scopes }, { ...query, ...searched })).map((hit) => `${hit.messageId} ${hit.position}`)
          : (await retrieveDocuments({ em, scopes }, { ...query, ...searched })).map(
              (hit) => `${hit.documentId} ${hit.position}`,
            );
      return places.flatMap((place) => sent.get(place) ?? []);
    },
  };
}

/** What SQLite's own full-text search does with the words of the question, Porter's stems, and who said it. */
function plainBm25(chunks: Indexed['chunks']): (question: string) => Ranked {
  const database = new Database(':memory:');
  database.exec("create virtual table text using fts5 (said, tokenize = 'porter unicode61')");
  const insert = database.prepare('insert into text (rowid, said) values (?, ?)');
  for (const [id, { speaker, text }] of chunks) insert.run(id, speaker === null ? text : `${speaker}: ${text}`);
  const find = database.prepare<[string], { id: number }>(
    'select rowid as id from text where text match ? order by bm25(text), rowid',
  );
  return (question) => {
    const telling = termsOf(question).filter((word) => countTerms(word).frequencies.size > 0);
    if (telling.length === 0) return [];
    const match = [...new Set(telling)].map((word) => `"${word}"`).join(' OR ');
    return find.all(match).flatMap(({ id }) => chunks.get(id) ?? []);
  };
}
