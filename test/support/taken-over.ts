import { expect, vi } from 'vitest';
import { report, TAKEOVER } from './fault-rounds.ts';
import type { Fleet } from './fleet.ts';

/** The replies that are being written now. */
export async function runningReplies(fleet: Fleet): Promise<string[]> {
  const rows = await fleet.query("select id from chat_message where status in ('PENDING', 'STREAMING')");
  return rows.map(({ id }) => String(id));
}

/** Waits until all of them have ended: those of a process that is away are ended by the others. @param since in ms since 1970 */
export async function untilEnded(fleet: Fleet, ids: readonly string[], since: number): Promise<void> {
  const among = `id in (${ids.map((id) => `'${id}'`).join(', ')})`;
  const left = `select id from chat_message where ${among} and status in ('PENDING', 'STREAMING')`;
  await vi.waitFor(async () => expect(await fleet.query(left)).toEqual([]), TAKEOVER);
  const [taken] = await fleet.query(
    `select count(*) as count, max(ended_at) as last from chat_message
     where ${among} and status = 'FAILED' and ended_at > to_timestamp(${since / 1000})`,
  );
  const lastMs = taken?.last ? `, the last after ${Number(taken.last) - since} ms` : '';
  report(`${ids.length} replies ran, ${taken?.count} were ended by others${lastMs}`);
}
