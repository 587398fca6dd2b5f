import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Metrics = ReturnType<typeof createMetrics>;

/** What is measured of one app. Labels are names of ours and of the configuration, never a viewer's or what one wrote. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const histogram = (name: string, help: string) => new Histogram({ name, help, buckets: SECONDS, registers });
  return {
    registry,
    turns: new Counter({
      name: 'carryover_turns_total',
      help: 'Replies that have ended, by how.',
      labelNames: ['outcome'],
      registers,
    }),
    firstDelta: histogram('carryover_first_delta_seconds', 'From the beginning of a reply to its first words.'),
    retrieval: histogram('carryover_retrieval_seconds', 'A search of memory for one question, its embedding included.'),
    modelCalls: new Counter({
      name: 'carryover_model_calls_total',
      help: 'Calls of chat and embedding models, by what they were for and how they ended: OK, ABORTED, or an error code.',
      labelNames: ['model', 'purpose', 'outcome'],
      registers,
    }),
    jobs: new Gauge({
      name: 'carryover_jobs',
      help: 'Jobs that are there, by task and state. Tens of thousands are counted at most once a minute.',
      labelNames: ['task', 'state'],
      registers,
    }),
    oldestDueJob: new Gauge({
      name: 'carryover_oldest_due_job_seconds',
      help: 'For how long the job that waits longest could have been done.',
      registers,
    }),
    streams: new Gauge({
      name: 'carryover_open_streams',
      help: 'Connections that are open: sockets, event streams, exports.',
      labelNames: ['transport'],
      registers,
    }),
    heard: new Gauge({
      name: 'carryover_notifications_heard',
      help: 'Whether this process hears the others at once, 1 or 0. On SQLite there are none.',
      registers,
    }),
    databaseBytes: new Gauge({
      name: 'carryover_database_bytes',
      help: 'Of the database, without its log.',
      registers,
    }),
    rows: new Gauge({
      name: 'carryover_rows',
      help: 'Rows by table, counted at most once a minute. Postings are not counted.',
      labelNames: ['table'],
      registers,
    }),
  };
}
