import { LRUCache } from 'lru-cache';
import type { Em } from '../../db/orm.ts';
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
  isFresh: number;
  chunkId: number | null;
  seq: number;
  position: number;
  text: string;
  terms: number;
  role: string | null;
  speaker: string | null;
  saidAt: number;
}

// One statement, so that version and chunks are of the same moment.
const changesOf = (owner: 'session_id' | 'document_id') => `
  select s.id as scopeId, s.${owner} as ownerId, s.version as version,
    (known.value ->> 1 = s.id and known.value ->> 2 = s.version) as isFresh,
    c.id as chunkId, c.seq as seq, c.position as position, c.text as text, c.terms as terms, c.role as role,
    c.speaker as speaker, c.said_at as saidAt
  from json_each(?) as known
  cross join memory_scope as s on s.${owner} = known.value ->> 0 and s.user_id = ?
  left join chunk as c on c.scope_id = s.id and c.seq >
    case when known.value ->> 1 = s.id and known.value ->> 2 = s.version then known.value ->> 3 else -1 end
  order by s.${owner}, c.seq, c.position`;

const CHANGES_OF_SESSIONS = changesOf('session_id');
const CHANGES_OF_DOCUMENTS = changesOf('document_id');

/** What scoring needs of the sessions and documents searched lately. Every read asks the database what has changed. */
export class ScopeCache {
  readonly embeddings = new EmbeddingCache();
  private readonly scopes: LRUCache<string, Scope>;

  /** @param maxChunks about 200 bytes each */
  constructor(maxChunks = 200_000) {
    this.scopes = new LRUCache({ maxSize: maxChunks, sizeCalculation: (scope) => scope.chunks.length + 1 });
  }

  clear(): void {
    this.scopes.clear();
    this.embeddings.clear();
  }

  /** Those of what is searched that are the user's and have a scope, in order of their owners' ids. */
  async read(em: Em, userId: string, searched: Searched): Promise<Scope[]> {
    const [statement, ids] =
      'sessionIds' in searched
        ? [CHANGES_OF_SESSIONS, searched.sessionIds]
        : [CHANGES_OF_DOCUMENTS, searched.documentIds];
    const known = new Map([...new Set(ids)].map((id) => [id, this.scopes.get(id)]));
    const rows = await em.execute<ScopeRow[]>(statement, [
      JSON.stringify([...known].map(([id, scope]) => [id, scope?.id, scope?.version, scope?.chunks.at(-1)?.seq ?? -1])),
      userId,
    ]);
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

const storedChunk = ({ chunkId, ...row }: ScopeRow): StoredChunk[] =>
  chunkId === null ? [] : [{ ...row, id: chunkId }];
