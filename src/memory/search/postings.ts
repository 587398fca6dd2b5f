import { sql } from 'kysely';
import { onPostgres } from '../../db/dialect.ts';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { eachPair, packedPairs } from '../../db/packed.ts';
import type { TermPostings } from './lexical-scores.ts';
import { placesIn } from './places.ts';
import type { Scope } from './scope-cache.ts';

interface Asked {
  scopes: readonly Scope[];
  terms: readonly string[];
}

/** Where one of the terms stands; `term` is its place among those asked for: thousands of rows would each bring the word. */
type Each = (posting: { scopeId: number; term: number }, chunkId: number, tf: number) => void;

/**
 * Where each of the terms stands in the scopes, in the order of `terms`.
 *
 * @returns indices into the chunks of all scopes, one scope after another
 */
export async function postingsOf(em: Em, userId: string, asked: Asked): Promise<TermPostings[]> {
  if (asked.terms.length === 0) return [];
  const found = asked.terms.map((): TermPostings & { postings: Place[] } => ({ documentFrequency: 0, postings: [] }));
  const placeOf = placesIn(asked.scopes);
  await readPostings(em, userId, asked, ({ scopeId, term }, chunkId, tf) => {
    const index = placeOf(scopeId, chunkId);
    const postings = found[term];
    if (index === undefined || !postings) return;
    postings.documentFrequency += 1;
    postings.postings.push({ index, frequency: tf });
  });
  return found;
}

async function readPostings(em: Em, userId: string, { scopes, terms }: Asked, each: Each): Promise<void> {
  const scopeIds = scopes.map((scope) => scope.id);
  const asked = sql`
    from ${listed(em, 'integer', scopeIds)} as wanted
    cross join memory_scope as s
    cross join ${listed(em, 'text', terms)} as question`;
  const isOwn = sql`s.id = wanted.value and s.user_id = ${userId}`;
  if (onPostgres(em)) {
    const places = packedPairs(sql`t.chunk_id`, sql`t.tf`);
    // Lateral: each word is looked up in each scope, where a planner might rather read all words of the scope.
    const { rows } = await sql<{ scopeId: number; term: number; places: Uint8Array | null }>`
      select s.id as "scopeId", question.place as term, t.places as places ${asked}
      cross join lateral (
        select ${places} as places from chunk_term as t where t.scope_id = s.id and t.term = question.value) as t
      where ${isOwn} and t.places is not null`.execute(db(em));
    for (const row of rows) eachPair(row.places, (chunkId, tf) => each(row, chunkId, tf));
    return;
  }
  const { rows } = await sql<{ scopeId: number; term: number; chunkId: number; tf: number }>`
    select t.scope_id as "scopeId", question.place as term, t.chunk_id as "chunkId", t.tf as tf ${asked}
    cross join chunk_term as t
    where ${isOwn} and t.scope_id = s.id and t.term = question.value`.execute(db(em));
  for (const row of rows) each(row, row.chunkId, row.tf);
}

type Place = TermPostings['postings'][number];
