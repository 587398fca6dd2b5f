import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { isAtRest, type Query, readFinalState } from './final-state.ts';
import { createHistory, type History } from './history.ts';
import { temporaryFolder } from './server-process.ts';

const checker = fileURLToPath(new URL('check-history.ts', import.meta.url));

/** Where histories stay after the tests; by default they end with them. */
const KEPT = process.env.FAULT_HISTORIES;

export interface RecordedHistory extends History {
  file: string;
}

/** A history in a file of that name. */
export function recordHistory(name: string): RecordedHistory {
  if (KEPT) mkdirSync(KEPT, { recursive: true });
  const file = path.join(KEPT ?? temporaryFolder(), `${name}-${Date.now()}.jsonl`);
  return { ...createHistory(file), file };
}

/**
 * Waits until all has come to rest, adds the final state, and runs the program that checks histories.
 *
 * @param others viewers whom the history does not know
 * @returns what the history holds, in a line
 */
export async function expectSound(history: RecordedHistory, query: Query, others: string[] = []): Promise<string> {
  await vi.waitFor(async () => expect(await isAtRest(query)).toBe(true), { timeout: 60_000, interval: 100 });
  const { sessions, ...rest } = await readFinalState(query);
  history.final({ ...rest, sessions: sessions.filter(({ viewer }) => !others.includes(viewer)) });
  const run = promisify(execFile)(process.execPath, [checker, history.file], { maxBuffer: 100_000_000 });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toContain('; 0 violations.\n');
  return stdout.trim();
}
