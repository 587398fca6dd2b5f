import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { builtProgram } from './built-program.ts';
import { TerminalScreen } from './terminal-screen.ts';

export interface ChatOptions {
  args?: string[];
  env?: NodeJS.ProcessEnv;
  columns?: number;
  rows?: number;
}

/** `npm run chat` as it is installed, in a terminal of its own. */
export interface ChatInTerminal {
  type(text: string): void;
  /** Types a line. */
  enter(text: string): void;
  /** Waits until the terminal shows it, and nothing but the prompt is below what came last. */
  shows(text: string | RegExp): Promise<void>;
  /** All lines so far, with those that have left at the top. */
  text(): string;
  /** All bytes so far. */
  bytes(): string;
  exited: Promise<number | null>;
}

const program = () => path.join(builtProgram(), 'client/terminal/main.js');

const environment = (env: NodeJS.ProcessEnv = {}) => ({
  PATH: process.env.PATH,
  HOME: tmpdir(),
  TERM: 'xterm-256color',
  SHELL: '/bin/sh',
  NODE_COMPILE_CACHE: path.join(builtProgram(), 'compiled'),
  ...env,
});

/** In a pseudo-terminal, which `script` of util-linux makes. */
export function chatInTerminal({ args = [], env, columns = 80, rows = 24 }: ChatOptions): ChatInTerminal {
  const command = [process.execPath, program(), ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'], {
    cwd: tmpdir(),
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const screen = new TerminalScreen(columns, rows);
  let bytes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    bytes += text;
    screen.write(text);
  });
  const exited = endOf(child);
  return {
    type: (text) => void child.stdin.write(text),
    enter: (text) => void child.stdin.write(`${text}\r`),
    shows: (text) => expect.poll(() => screen.text).toMatch(text),
    text: () => screen.text,
    bytes: () => bytes,
    exited,
  };
}

export interface PipedChat {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningPipe {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Reads no more. */
  leave(): void;
  exited: Promise<PipedChat>;
}

/** With `message` coming through a pipe, to its end. */
export const chatInPipe = (message: string, options: ChatOptions): Promise<PipedChat> =>
  startPipe(message, options).exited;

export function startPipe(message: string, { args = [], env }: ChatOptions): RunningPipe {
  const child = spawn(process.execPath, [program(), ...args], {
    cwd: tmpdir(),
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  child.stdin.end(message);
  return {
    pid: child.pid ?? 0,
    leave: () => void child.stdout.destroy(),
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exited: endOf(child).then((code) => ({ code, ...output })),
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return exited;
}
