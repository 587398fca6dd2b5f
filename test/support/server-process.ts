import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { builtProgram } from './built-program.ts';
import { createTestViewer, type TestViewer } from './test-viewer.ts';

/** The server as it is installed: a process of its own, over a database file. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** Without login there is one viewer. */
  viewer: TestViewer;
  signal(name: NodeJS.Signals): void;
  /** As if the power had failed; settles when it is gone. */
  kill(): Promise<void>;
  exited: Promise<Exit>;
  stderr(): string;
  /** The messages of its log, in order. */
  logged(): string[];
  /** The lines of its log that tell of something wrong, as they are. */
  complaints(): string[];
}

export interface Exit {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  /** Where it looks for .env. Default: where there is none. */
  cwd?: string;
  /** Another Node than the one that runs the tests. */
  node?: string;
  /** Default: the server. */
  program?: 'main' | 'backup' | 'reindex' | 'migrate' | 'token';
  args?: string[];
}

/** Starts the program and waits until it serves; what is left of it ends with the test. */
export async function startServer(options: ProgramOptions = {}): Promise<ServerProcess> {
  const { child, output, exited } = spawnProgram({ ...options, env: { PORT: '0', ...options.env } });
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const [, found] = /ready at (http\S+?)(?:\/graphql)?\n/.exec(output.stderr) ?? [];
      if (found) resolve(found);
    };
    child.stderr?.on('data', look);
    void exited.then(({ code, stderr }) => reject(new Error(`The server ended with ${code}: ${stderr}`)));
  });
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    exited,
    viewer: createTestViewer({ id: 'local', url, token: null }),
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    stderr: () => output.stderr,
    logged: () => messagesOf(output.stdout),
    complaints: () =>
      output.stdout.split('\n').filter((line) => /^\{"level":"?(warn|error|fatal|[4-6]0)"?,/.test(line)),
  };
}

/** Runs the program to its end. */
export const runProgram = (options: ProgramOptions = {}): Promise<Exit> =>
  spawnProgram({ ...options, env: { PORT: '0', ...options.env } }).exited;

export function spawnProgram({
  env,
  cwd = tmpdir(),
  node = process.execPath,
  program = 'main',
  args = [],
}: ProgramOptions) {
  // Elsewhere, and in another environment than ours, so that no .env and no variable of the developer's is read.
  const child = spawn(node, [path.join(builtProgram(), `src/${program}.js`), ...args], {
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: path.join(builtProgram(), 'compiled'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  endWithTest(child, exited);
  return { child, output, exited };
}

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

function endWithTest(child: ChildProcess, exited: Promise<Exit>): void {
  alive.add(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    alive.delete(child);
  });
}

const messagesOf = (log: string): string[] =>
  log.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [String(JSON.parse(line).msg)] : []));

/** A folder that ends with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'carryover-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a query finds in a database that a server may be using. */
export function rowsOf(file: string, sql: string, ...parameters: unknown[]): Record<string, unknown>[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<unknown[], Record<string, unknown>>(sql).all(...parameters);
  } finally {
    database.close();
  }
}

/** Why `interfere` cannot be used here; null where it can. */
export const NO_STRACE = ((): string | null => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'strace is not installed';
  }
})();

/**
 * Does something to a process at its calls that write to a file, or make it durable.
 *
 * @param inject what strace's `inject` takes, as in `error=EIO`
 * @returns what ends that
 */
export async function interfere(
  pid: number,
  file: string,
  calls: string,
  inject: string,
): Promise<() => Promise<void>> {
  const injection = ['-e', `trace=${calls}`, '-e', `inject=${calls}:${inject}`, '-P', file];
  const strace = spawn('strace', ['-f', '-o', '/dev/null', ...injection, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const detached = new Promise<void>((resolve) => strace.once('close', () => resolve()));
  const detach = async () => {
    strace.kill('SIGINT');
    await detached;
  };
  onTestFinished(detach);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('attached')) resolve();
    });
    void detached.then(() => reject(new Error(`strace: ${said}`)));
  });
  return detach;
}
