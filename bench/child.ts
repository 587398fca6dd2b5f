import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Used } from './report-cpu.ts';

export type LogLine = Record<string, unknown> & { msg?: string };

const Answer = z.object({ used: z.object({ processCpu: z.number(), mainCpu: z.number(), statements: z.number() }) });

export interface Child {
  /** The lines of JSON that it has written. */
  lines: LogLine[];
  /** The first line with this message, whether it has come or is to come. */
  line(message: string): Promise<LogLine>;
  send(message: object): void;
  /** Rejects when the process has ended. */
  ended: Promise<never>;
  /** What it has used since it started. */
  used(): Promise<Used>;
  stop(): Promise<void>;
}

/** A process to be measured, or one that must not be measured with those. */
export function startChild(
  module: URL | string,
  env: NodeJS.ProcessEnv,
  { cwd, preloads = [] }: { cwd?: string; preloads?: readonly URL[] } = {},
): Child {
  const child = fork(module, [], {
    // Not ours: a key in it would make another server of the one measured.
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    execArgv: [
      ...[new URL('./report-cpu.ts', import.meta.url), ...preloads].flatMap(({ href }) => ['--import', href]),
      ...(process.env.BENCH_NODE?.split(' ') ?? []),
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd,
  });
  const lines: LogLine[] = [];
  const errors: string[] = [];
  const awaited = new Map<string, (line: LogLine) => void>();
  if (child.stdout) {
    createInterface(child.stdout).on('line', (text) => {
      const line: LogLine = JSON.parse(text);
      lines.push(line);
      awaited.get(line.msg ?? '')?.(line);
    });
  }
  child.stderr?.on('data', (text) => errors.push(String(text)));
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(`${String(module)} ended: ${errors.join('')}`)));
  });
  failed.catch(() => undefined);

  return {
    lines,
    ended: failed,
    line(message) {
      const come = lines.find(({ msg }) => msg === message);
      const coming = new Promise<LogLine>((resolve) => awaited.set(message, resolve));
      return Promise.race([come ?? coming, failed]);
    },
    send: (message) => void child.send(message),
    async used() {
      const answer = once(child, 'message');
      child.send('used?');
      const [message]: unknown[] = await Promise.race([answer, failed]);
      return Answer.parse(message).used;
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(force);
}
