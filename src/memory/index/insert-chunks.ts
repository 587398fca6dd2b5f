import { sql } from 'kysely';
import { instant } from '../../db/instants.ts';
import { listedRows } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import type { PromptRole } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { TextPiece } from '../split/split-text.ts';
import { countTerms } from '../terms.ts';
import { spokenText } from './spoken-text.ts';

/** What the chunks of one text have in common. */
interface ChunksOf {
  userId: string;
  scopeId: number;
  of: { messageId: string } | { documentId: string };
  seq: number;
  role: PromptRole | null;
  speaker: string | null;
  saidAt: Date;
}

const PIECE = { position: 'integer', start: 'integer', text: 'text', tokens: 'integer', terms: 'integer' } as const;
const POSTING = { term: 'text', id: 'integer', tf: 'integer' } as const;

/**
 * Stores pieces of a text with their postings; a piece that is stored already stays as it is.
 *
 * @param firstPosition of the first piece, in the text
 * @returns how many were new
 */
export async function insertChunks(
  em: Em,
  { userId, scopeId, of, seq, role, speaker, saidAt }: ChunksOf,
  pieces: readonly TextPiece[],
  firstPosition: number,
): Promise<number> {
  const [column, source] = 'messageId' in of ? ['message_id', of.messageId] : ['document_id', of.documentId];
  const counted = pieces.map((piece) => ({ ...piece, ...countTerms(spokenText(piece.text, speaker)) }));
  const rows = counted.map(({ start, text, words: terms }, at) => ({
    ...{ position: firstPosition + at, start, text, tokens: countTokens(text), terms },
  }));
  // One parameter for all: a long text has more chunks, and postings, than a statement may have parameters.
  const { rows: chunks } = await sql<{ id: number; position: number }>`
    insert into chunk (user_id, scope_id, ${sql.ref(column)}, seq, position, start, text, tokens, terms, role, speaker, said_at)
    select ${userId}, ${scopeId}, ${source}, ${seq}, position, start, text, tokens, terms, ${role}, ${speaker}, ${instant(em, saidAt)}
    from ${listedRows(em, PIECE, rows)} as piece where true
    on conflict (${sql.ref(column)}, position) do nothing
    returning id, position
  `.execute(db(em));

  const postings = chunks.flatMap(({ id, position }) =>
    [...(counted[position - firstPosition]?.frequencies ?? [])].map(([term, tf]) => ({ term, id, tf })),
  );
  await sql`
    insert into chunk_term (scope_id, term, chunk_id, tf)
    select ${scopeId}, term, id, tf from ${listedRows(em, POSTING, postings)} as posting
  `.execute(db(em));
  return chunks.length;
}
