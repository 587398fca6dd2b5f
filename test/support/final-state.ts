import type { FinalState, StoredMessage } from './history.ts';

type Row = Record<string, unknown>;

/** Of either database. */
export type Query = (sql: string) => Promise<Row[]> | Row[];

/** What is stored: the last line of a history. Read when all has come to rest. */
export async function readFinalState(query: Query): Promise<FinalState> {
  const sessions = await query('select id, user_id, message_count, deleted_at from chat_session order by id');
  const messages = Map.groupBy(
    await query(`select id, session_id, seq, role, status, error, content, reply_to_id, superseded_by_id, forgotten_at
                   from chat_message order by session_id, seq`),
    ({ session_id }) => session_id,
  );
  const chunks = Map.groupBy(
    await query(`select message_id, position, text, case when embedding is null then 0 else 1 end as is_embedded
                   from chunk where message_id is not null order by message_id, position`),
    ({ message_id }) => message_id,
  );
  return {
    sessions: sessions.map(({ id, user_id, message_count, deleted_at }) => ({
      ...{
        id: String(id),
        viewer: String(user_id),
        isActive: deleted_at === null,
        messageCount: Number(message_count),
      },
      messages: (messages.get(id) ?? []).map((message) => storedMessage(message, chunks.get(message.id) ?? [])),
    })),
    jobs: await countOf(query, 'job'),
    parts: await countOf(query, 'reply_part'),
  };
}

/** Whether nothing is being written, indexed or embedded. */
export async function isAtRest(query: Query): Promise<boolean> {
  const running = await query("select id from chat_message where status in ('PENDING', 'STREAMING')");
  return running.length === 0 && (await countOf(query, 'job')) === 0;
}

async function countOf(query: Query, table: string): Promise<number> {
  return Number((await query(`select count(*) as count from ${table}`))[0]?.count);
}

const storedMessage = (row: Row, chunks: Row[]): StoredMessage => ({
  id: String(row.id),
  seq: Number(row.seq),
  role: row.role === 'USER' ? 'USER' : 'ASSISTANT',
  status: statusOf(row.status),
  errorCode: codeOf(row.error),
  text: String(row.content),
  replyToId: row.reply_to_id === null ? null : String(row.reply_to_id),
  isSuperseded: row.superseded_by_id !== null,
  isForgotten: row.forgotten_at !== null,
  chunks: chunks.map(({ position, text, is_embedded }) => ({
    ...{ position: Number(position), text: String(text), isEmbedded: Number(is_embedded) === 1 },
  })),
});

function statusOf(value: unknown): StoredMessage['status'] {
  for (const status of ['PENDING', 'STREAMING', 'COMPLETE', 'CANCELLED', 'FAILED'] as const)
    if (value === status) return status;
  throw new Error(`A message is stored as ${value}.`);
}

/** SQLite has JSON as text, PostgreSQL as what it means. */
function codeOf(error: unknown): string | null {
  const value: unknown = typeof error === 'string' ? JSON.parse(error) : error;
  return typeof value === 'object' && value !== null && 'code' in value ? String(value.code) : null;
}
