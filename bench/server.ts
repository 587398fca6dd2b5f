import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { built } from './built.ts';
import { type Child, startChild } from './child.ts';
import type { Pace } from './endpoint.ts';
import type { Used } from './report-cpu.ts';

export interface Server extends Child {
  url: string;
}

/**
 * The built server as it is run, on this database, with the endpoint's models; its log is kept, as in production.
 *
 * @param preloads modules that it runs before its own
 */
export async function startServer(
  databaseUrl: string,
  endpoint: Endpoint,
  env: NodeJS.ProcessEnv = {},
  preloads: readonly URL[] = [],
): Promise<Server> {
  const child = startChild(
    fileURLToPath(built('main.js')),
    {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      OPENAI_BASE_URL: `${endpoint.url}/v1`,
      CHAT_MODELS: 'instant,after-200,paced',
      DRAIN_SECONDS: '0',
      ...env,
    },
    { cwd: tmpdir(), preloads },
  );
  const { url } = await child.line('listening');
  return { ...child, url: String(url) };
}

/**
 * Settles when the server has embedded so many messages more than at the time of the call. Its log says so: to ask it
 * again and again would be measured with the rest.
 */
export function embedsMore({ lines, ended }: Server, messages: number): Promise<void> {
  const embedded = () =>
    lines.reduce((sum, { msg, messages: some }) => (msg === 'embedded' ? sum + Number(some) : sum), 0);
  const wanted = embedded() + messages;
  return (async () => {
    while (embedded() < wanted) await Promise.race([delay(5), ended]);
  })();
}

export interface Endpoint extends Child {
  url: string;
  pace(pace: Pace): void;
  finish(): void;
}

export async function startEndpoint(): Promise<Endpoint> {
  const child = startChild(new URL('./endpoint.ts', import.meta.url), {});
  const { port } = await child.line('listening');
  return {
    ...child,
    url: `http://127.0.0.1:${port}`,
    pace: (pace) => child.send({ pace }),
    finish: () => child.send({ finish: true }),
  };
}

/** A folder that lasts as long as `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'carryover-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `work` made a process use. */
export async function usedBy(child: Child, work: () => Promise<unknown>): Promise<Used> {
  const before = await child.used();
  await work();
  const after = await child.used();
  return {
    processCpu: after.processCpu - before.processCpu,
    mainCpu: after.mainCpu - before.mainCpu,
    statements: after.statements - before.statements,
  };
}
