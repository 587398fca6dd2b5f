import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { App } from '../app.ts';
import { onPostgres } from '../db/dialect.ts';
import { oneOf } from '../db/listed.ts';
import { db, type Em, forkEm, type Orm } from '../db/orm.ts';
import type { Metrics } from '../metrics.ts';
import type { Readers } from './readers.ts';

/** Counting reads whole indexes, and others wait for each. */
const COUNT_MS = 60_000;
/** So many jobs are counted no more often than rows. */
const MANY_JOBS = 10_000;
/** By far the most rows, and of no interest by themselves. */
const UNCOUNTED = 'chunk_term';

/** Of the process, whichever apps it has. Made when first asked for: it observes the event loop from then on. */
let processRegistry: Registry | null = null;

/** GET /metrics, for Prometheus. Open to whoever reaches it, so it belongs inside. */
export function serveMetrics(
  { orm, metrics, log, bell }: Pick<App, 'orm' | 'metrics' | 'log' | 'bell'>,
  fastify: FastifyInstance,
  readers: Readonly<Record<string, Readers>>,
): void {
  let countedAt = Number.NEGATIVE_INFINITY;
  let jobs = 0;
  let collecting = Promise.resolve();

  async function collect(): Promise<void> {
    metrics.heard.set(Number(bell.isHeard));
    for (const [transport, { count }] of Object.entries(readers)) metrics.streams.set({ transport }, count());
    try {
      const isTimeToCount = performance.now() - countedAt >= COUNT_MS;
      if (isTimeToCount || jobs < MANY_JOBS) jobs = await measureJobs(orm, metrics);
      if (!isTimeToCount) return;
      await measureDatabase(orm, metrics);
      countedAt = performance.now();
    } catch (error) {
      // What models and replies did is known without it, and is wanted most where something is wrong.
      forgetDatabase(metrics);
      countedAt = Number.NEGATIVE_INFINITY;
      log.error({ err: error }, 'the database could not be measured');
    }
  }

  fastify.get('/metrics', async (_request, reply) => {
    // One after the other, so that two who ask at once do not count twice.
    collecting = collecting.then(collect);
    await collecting;
    processRegistry ??= observeProcess();
    const all = Registry.merge([metrics.registry, processRegistry]);
    return reply.header('content-type', all.contentType).send(await all.metrics());
  });
}

function observeProcess(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}

/** Better none than what they were before. */
function forgetDatabase({ jobs, oldestDueJob, rows, databaseBytes }: Metrics): void {
  for (const gauge of [jobs, rows]) gauge.reset();
  for (const gauge of [oldestDueJob, databaseBytes]) gauge.set(Number.NaN);
}

/** @returns how many there are */
async function measureJobs(orm: Orm, { jobs, oldestDueJob }: Metrics): Promise<number> {
  const now = Date.now();
  const { rows } = await sql<{ task: string; state: string; jobs: number; due: Date | number | null }>`
    select task, state, count(*) as jobs, min(case when state = 'READY' then run_at end) as due
    from job group by task, state`.execute(db(forkEm(orm)));
  jobs.reset();
  for (const row of rows) jobs.set({ task: row.task, state: row.state }, Number(row.jobs));
  const waits = rows.flatMap(({ due }) => (due === null ? [] : [(now - Number(due)) / 1000]));
  oldestDueJob.set(Math.max(0, ...waits));
  return rows.reduce((sum, row) => sum + Number(row.jobs), 0);
}

async function measureDatabase(orm: Orm, { rows, databaseBytes }: Metrics): Promise<void> {
  const em = forkEm(orm);
  if (onPostgres(em)) return estimateDatabase(em, { rows, databaseBytes });
  for (const { tableName } of em.getMetadata()) {
    if (tableName === UNCOUNTED) continue;
    const counted = await sql<{ n: number }>`select count(*) as n from ${sql.table(tableName)}`.execute(db(em));
    rows.set({ table: tableName }, Number(counted.rows[0]?.n ?? 0));
    await setImmediate();
  }
  const [size] = await em.execute<{ bytes: number }[]>(
    'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()',
  );
  databaseBytes.set(size?.bytes ?? 0);
}

/** As PostgreSQL's own statistics have it: counting millions of rows would cost more than the figure is worth. */
async function estimateDatabase(
  em: Em,
  { rows, databaseBytes }: Pick<Metrics, 'rows' | 'databaseBytes'>,
): Promise<void> {
  const tables = [...em.getMetadata()].map(({ tableName }) => tableName).filter((table) => table !== UNCOUNTED);
  const counted = await sql<{ table: string; rows: number }>`
    select relname as "table", greatest(reltuples, 0)::float8 as "rows" from pg_class
    where relnamespace = current_schema()::regnamespace and relname in ${oneOf(em, 'text', tables)}`.execute(db(em));
  for (const { table, rows: count } of counted.rows) rows.set({ table }, count);
  const size = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db(em));
  databaseBytes.set(size.rows[0]?.bytes ?? 0);
}
