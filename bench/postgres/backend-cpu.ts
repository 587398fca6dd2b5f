import { readFileSync } from 'node:fs';
import { type BenchDatabase, query } from './database.ts';

/**
 * What PostgreSQL's processes for this database have used, in µs: nothing of those that have ended, nothing of what writes
 * to the disk for all. NaN where the server is on another machine.
 */
export async function backendCpu({ url }: BenchDatabase): Promise<number> {
  const backends = await query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    [],
    url,
  );
  return backends.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
}

function cpuOf(pid: number): number {
  try {
    if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')) return Number.NaN;
    const [nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1000;
  } catch {
    return Number.NaN;
  }
}
