import { db, type Row } from '../db/orm.ts';
import { type ExportScope, keysetPages, type Pages, placeOf } from './export-line.ts';

const ROWS = 500;

/** What the models counted, the keys of requests as hashes, and where the viewer's limits stand. */
export async function* usageLines(scope: ExportScope): Pages {
  const usage = keysetPages<Row<'usage_entry'>>(ROWS, (after, limit) => readUsage(scope, after, limit));
  for await (const page of usage) {
    yield page.map(({ userId: _, session, ...entry }) => ({ kind: 'usage', sessionId: session, ...entry }));
  }
  const keys = keysetPages<Row<'idempotency_key'>>(ROWS, (after, limit) => readKeys(scope, after, limit));
  for await (const page of keys) {
    yield page.map(({ keyHash, reply, createdAt }) => ({ kind: 'requestKey', keyHash, replyId: reply, createdAt }));
  }
  const pace = await db(scope.em())
    .selectFrom('turn_pace')
    .select('begunAt')
    .where('userId', '=', scope.userId)
    .executeTakeFirst();
  const turnsBegunAt = (pace?.begunAt ?? []).map((at) => new Date(at));
  yield [{ kind: 'limits', ...scope.limits, turnsBegunAt }];
}

function readUsage({ em, userId }: ExportScope, after: Row<'usage_entry'> | null, limit: number) {
  const own = db(em()).selectFrom('usage_entry').selectAll().where('userId', '=', userId);
  const rest = after
    ? own.where(({ eb, refTuple }) => eb(refTuple('createdAt', 'id'), '>', placeOf(em(), after)))
    : own;
  return rest.orderBy('createdAt').orderBy('id').limit(limit).execute();
}

function readKeys({ em, userId }: ExportScope, after: Row<'idempotency_key'> | null, limit: number) {
  return db(em())
    .selectFrom('idempotency_key')
    .selectAll()
    .where('userId', '=', userId)
    .where('keyHash', '>', after?.keyHash ?? '')
    .orderBy('keyHash')
    .limit(limit)
    .execute();
}
