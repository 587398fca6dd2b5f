import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { listedRows } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { EmbeddingCache } from './embedding-cache.ts';
import { appendChunks, type ScopeChunk, type StoredChunk, withoutChunks } from './scope-chunks.ts';

/** What is searched: some sessions, or some documents. */
export type Searched = { sessionIds: readonly string[] } | { documentIds: readonly string[] };

/** The chunks of one session or document, as they were at one moment. Never changed: the next moment makes another. */
export interface Scope {
  id: number;
  /** The session's, or the document's. */
  ownerId: string;
  version: number;
  /** In order of (seq, position). */
  chunks: readonly ScopeChunk[];
  /** The index in `chunks` of each chunk id; it may name chunks that are left out. */
  indexOf: ReadonlyMap<number, number>;
}

/** One row for each chunk to add; one without a chunk where there is nothing to add. */
interface ScopeRow {
  scopeId: number;
  ownerId: string;
  version: number;
  isFresh: boolean | number | null;
  chunkId: number | null;
  messageId: string | null;
  seq: number;
  position: number;
  text: string;
  terms: number;
  role: string | null;
  speaker: string | null;
  saidAt: Date | number;
}

/** What is held of a session or document; nulls where nothing is. */
interface Known {
  owner: string;
  id: number | null;
  version: number | null;
  /** Of the last chunk. */
  seq: number;
}

const KNOWN = { owner: 'uuid', id: 'integer', version: 'integer', seq: 'integer' } as const;

// One statement, so that version and chunks are of the same moment.
async function readChanges(
  em: Em,
  userId: string,
  owner: 'session_id' | 'document_id',
  known: readonly Known[],
): Promise<ScopeRow[]> {
  const ownerId = sql.ref(`s.${owner}`);
  const isFresh = sql`(known.id = s.id and known.version = s.version)`;
  const { rows } = await sql<ScopeRow>`
    select s.id as "scopeId", ${ownerId} as "ownerId", s.version as version, ${isFresh} as "isFresh", c.id as "chunkId",
      c.message_id as "messageId", c.seq as seq, c.position as position, c.text as text, c.terms as terms, c.role as role, c.speaker as speaker,
      c.said_at as "saidAt"
    from ${listedRows(em, KNOWN, known)} as known
    cross join memory_scope as s
    left join chunk as c on c.scope_id = s.id and c.seq > case when ${isFresh} then known.seq else -1 end
    where ${ownerId} = known.owner and s.user_id = ${userId}
    order by ${ownerId}, c.seq, c.position`.execute(db(em));
  return rows;
}

/** What scoring needs of the sessions and documents searched lately. Every read asks the database what has changed. */
export class ScopeCache {
  readonly embeddings = new EmbeddingCache();
  private readonly scopes: LRUCache<string, Scope>;

  /** @param maxChunks about 250 bytes each */
  constructor(maxChunks = 200_000) {
    this.scopes = new LRUCache({ maxSize: maxChunks, sizeCalculation: (scope) => scope.chunks.length + 1 });
  }

  clear(): void {
    this.scopes.clear();
    this.embeddings.clear();
  }

  /** Those of what is searched that are the user's and have a scope, in order of their owners' ids. */
  async read(em: Em, userId: string, searched: Searched): Promise<Scope[]> {
    const [owner, ids] =
      'sessionIds' in searched
        ? (['session_id', searched.sessionIds] as const)
        : (['document_id', searched.documentIds] as const);
    const known = new Map([...new Set(ids)].map((id) => [id, this.scopes.get(id)]));
    const held = [...known].map(([id, scope]) => ({
      ...{ owner: id, id: scope?.id ?? null, version: scope?.version ?? null, seq: scope?.chunks.at(-1)?.seq ?? -1 },
    }));
    const rows = await readChanges(em, userId, owner, held);
    const scopes = [...Map.groupBy(rows, (row) => row.scopeId).values()].flatMap((changes) => {
      const [first] = changes;
      return first ? [scopeOf(first.isFresh ? known.get(first.ownerId) : undefined, first, changes)] : [];
    });
    // What a transaction has written may be rolled back.
    if (!em.isInTransaction()) for (const scope of scopes) this.scopes.set(scope.ownerId, scope);
    return scopes;
  }
}

function scopeOf(before: Scope | undefined, { scopeId, ownerId, version }: ScopeRow, rows: ScopeRow[]): Scope {
  const added = rows.flatMap(storedChunk);
  if (before && added.length === 0) return before;
  const chunks = appendChunks(before?.chunks ?? [], added);
  const indexOf = new Map(chunks.map((chunk, index) => [chunk.id, index]));
  return { id: scopeId, ownerId, version, chunks, indexOf };
}

/** The chunks of these messages in the scopes. */
export function chunksOfMessages(scopes: readonly Scope[], messageIds: ReadonlySet<string>): ReadonlySet<number> {
  const found = new Set<number>();
  if (messageIds.size === 0) return found;
  for (const { chunks } of scopes) {
    for (const { id, messageId } of chunks) if (messageId !== null && messageIds.has(messageId)) found.add(id);
  }
  return found;
}

/** The scope as if these chunks had never been in it; `scope` is left as it is. */
export function scopeWithout(scope: Scope, excluded: ReadonlySet<number>): Scope {
  const found = [...excluded].flatMap((id) => scope.indexOf.get(id) ?? []);
  if (found.length === 0) return scope;
  const first = Math.min(...found);
  const chunks = withoutChunks(scope.chunks, excluded, first);
  // Mostly they are the last ones, and the others stay where they are.
  const indexOf = chunks.length === first ? scope.indexOf : new Map(chunks.map((chunk, index) => [chunk.id, index]));
  return { ...scope, chunks, indexOf };
}

const storedChunk = ({ chunkId, saidAt, ...row }: ScopeRow): StoredChunk[] =>
  chunkId === null ? [] : [{ ...row, saidAt: Number(saidAt), id: chunkId }];
