import type { Em } from '../db/orm.ts';
import type { PromptRole } from '../models/chat-model.ts';
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
  saidAt: number;
}

const PASSAGES = `
  select c.id as id, s.session_id as sessionId, c.message_id as messageId, c.seq as seq, c.position as position,
    c.start as start, c.text as text, c.tokens as tokens, c.role as role, c.said_at as saidAt
  from json_each(?) as wanted
  cross join chunk as c on c.id = wanted.value
  cross join memory_scope as s on s.id = c.scope_id and s.user_id = ?`;

const CHUNKS_OF_MESSAGES = `
  select c.id as id
  from json_each(?) as wanted
  cross join chunk as c on c.message_id = wanted.value
  cross join memory_scope as s on s.id = c.scope_id and s.user_id = ?`;

/** The texts of what was scored, in no order; without what has been deleted since. */
export async function readCandidates(em: Em, userId: string, scored: readonly ScoredChunk[]): Promise<Candidate[]> {
  const scores = new Map(scored.map((each) => [each.chunk.id, each]));
  const rows = await em.execute<PassageRow[]>(PASSAGES, [JSON.stringify([...scores.keys()]), userId]);
  return rows.flatMap(({ id, start, saidAt, ...row }) => {
    const scoring = scores.get(id);
    if (!scoring) return [];
    const { score, merit, chunk } = scoring;
    const range = [start, start + row.text.length] as const;
    return [{ ...row, saidAt: new Date(saidAt), range, score, merit, isQuestion: chunk.questionShare === 1 }];
  });
}

/** The ids of the messages' chunks. */
export async function chunksOfMessages(
  em: Em,
  userId: string,
  messageIds: ReadonlySet<string>,
): Promise<ReadonlySet<number>> {
  if (messageIds.size === 0) return new Set();
  const rows = await em.execute<{ id: number }[]>(CHUNKS_OF_MESSAGES, [JSON.stringify([...messageIds]), userId]);
  return new Set(rows.map((row) => row.id));
}
