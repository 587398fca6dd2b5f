import { sql } from 'kysely';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import type { TermPostings } from './lexical-scores.ts';
import type { Scope } from './scope-cache.ts';

interface PostingRow {
  scopeId: number;
  /** Its place among the terms asked for: thousands of rows would each bring the word itself. */
  term: number;
  chunkId: number;
  tf: number;
}

/**
 * Where each of the terms stands in the scopes, in the order of `terms`.
 *
 * @returns indices into the chunks of all scopes, one scope after another
 */
export async function postingsOf(
  em: Em,
  userId: string,
  { scopes, terms }: { scopes: readonly Scope[]; terms: readonly string[] },
): Promise<TermPostings[]> {
  if (terms.length === 0) return [];
  const found = terms.map((): TermPostings & { postings: Place[] } => ({ documentFrequency: 0, postings: [] }));
  const offsets = offsetsOf(scopes);
  const scopeIds = scopes.map((scope) => scope.id);
  const { rows } = await sql<PostingRow>`
    select t.scope_id as "scopeId", question.place as term, t.chunk_id as "chunkId", t.tf as tf
    from ${listed(em, 'integer', scopeIds)} as wanted
    cross join memory_scope as s
    cross join ${listed(em, 'text', terms)} as question
    cross join chunk_term as t
    where s.id = wanted.value and s.user_id = ${userId} and t.scope_id = s.id and t.term = question.value
  `.execute(db(em));
  for (const { scopeId, term, chunkId, tf } of rows) {
    const offset = offsets.get(scopeId);
    const index = offset?.scope.indexOf.get(chunkId);
    const postings = found[term];
    // A chunk that came after the scopes were read, or is left out of them.
    if (!offset || index === undefined || offset.scope.chunks[index]?.id !== chunkId || !postings) continue;
    postings.documentFrequency += 1;
    postings.postings.push({ index: offset.first + index, frequency: tf });
  }
  return found;
}

type Place = TermPostings['postings'][number];

function offsetsOf(scopes: readonly Scope[]): Map<number, { scope: Scope; first: number }> {
  let first = 0;
  const offsets = new Map<number, { scope: Scope; first: number }>();
  for (const scope of scopes) {
    offsets.set(scope.id, { scope, first });
    first += scope.chunks.length;
  }
  return offsets;
}
