// Loaded with --import into a process that is measured: answers its parent with what it has used so far.
import Database from 'better-sqlite3';

export interface Used {
  /** Of the whole process: the embedding model's thread and garbage collection are among it. In µs. */
  processCpu: number;
  /** Of the main thread alone. In µs. */
  mainCpu: number;
  /** SQL statements run. 0 unless BENCH_COUNT_SQL is set, because counting costs time. */
  statements: number;
}

let statements = 0;

if (process.env.BENCH_COUNT_SQL) {
  const database = new Database(':memory:');
  const prototype = Object.getPrototypeOf(database.prepare('select 1'));
  database.close();
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const original = prototype[name];
    prototype[name] = function counted(...args: unknown[]) {
      statements += 1;
      return original.apply(this, args);
    };
  }
}

process.on('message', (message) => {
  if (message !== 'used?') return;
  const whole = process.cpuUsage();
  const main = process.threadCpuUsage();
  const used: Used = {
    processCpu: whole.user + whole.system,
    mainCpu: main.user + main.system,
    statements,
  };
  process.send?.({ used });
});
