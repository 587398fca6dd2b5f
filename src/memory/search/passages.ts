import { sql } from 'kysely';
import { dateOf } from '../../db/instants.ts';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import type { PromptRole } from '../../models/chat-model.ts';
import type { DocumentHit, Hit } from '../../prompt/prompt.ts';
import type { Candidate } from './choose-hits.ts';
import type { ScoredChunk } from './evidence.ts';

interface PassageRow {
  id: number;
  sessionId: string;
  messageId: string;
  seq: number;
  position: number;
  start: number;
  text: string;
  tokens: number;
  role: PromptRole;
  saidAt: Date | number;
}

interface DocumentPassageRow {
  id: number;
  documentId: string;
  filename: string;
  position: number;
  text: string;
  tokens: number;
}

/** The texts of what was scored, in no order; without what has been deleted since. */
export async function readCandidates(
  em: Em,
  userId: string,
  scored: readonly ScoredChunk[],
): Promise<Candidate<Hit>[]> {
  const scores = byId(scored);
  const { rows } = await sql<PassageRow>`
    select c.id as id, s.session_id as "sessionId", c.message_id as "messageId", c.seq as seq, c.position as position,
      c.start as start, c.text as text, c.tokens as tokens, c.role as role, c.said_at as "saidAt"
    from ${listed(em, 'integer', [...scores.keys()])} as wanted
    cross join chunk as c
    cross join memory_scope as s
    where c.id = wanted.value and s.id = c.scope_id and s.user_id = ${userId}`.execute(db(em));
  return rows.flatMap(({ id, start, saidAt, ...row }) => {
    const scoring = scores.get(id);
    if (!scoring) return [];
    const hit = { ...row, saidAt: dateOf(saidAt), range: [start, start + row.text.length] as const };
    return [candidate(hit, [row.sessionId, row.seq, row.position], scoring)];
  });
}

/** The same of passages of documents. */
export async function readDocumentCandidates(
  em: Em,
  userId: string,
  scored: readonly ScoredChunk[],
): Promise<Candidate<DocumentHit>[]> {
  const scores = byId(scored);
  const { rows } = await sql<DocumentPassageRow>`
    select c.id as id, d.id as "documentId", d.filename as filename, c.position as position, c.text as text,
      c.tokens as tokens
    from ${listed(em, 'integer', [...scores.keys()])} as wanted
    cross join chunk as c
    cross join document as d
    where c.id = wanted.value and d.id = c.document_id and d.user_id = ${userId}`.execute(db(em));
  return rows.flatMap(({ id, ...row }) => {
    const scoring = scores.get(id);
    if (!scoring) return [];
    const hit = { ...row, chunkId: id, range: [0, row.text.length] as const };
    return [candidate(hit, [row.documentId, 0, row.position], scoring)];
  });
}

const byId = (scored: readonly ScoredChunk[]) => new Map(scored.map((each) => [each.chunk.id, each]));

const candidate = <T extends object>(
  hit: T,
  place: Candidate<object>['place'],
  { score, merit, chunk }: ScoredChunk,
) => ({ ...hit, place, score, merit, isAssistant: chunk.isAssistant, isQuestion: chunk.questionShare === 1 });
