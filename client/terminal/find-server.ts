import { setTimeout as after } from 'node:timers/promises';
import type { OwnServer } from './own-server.ts';

export interface Server {
  url: string;
  /** The server in this process, where none was running. */
  own: OwnServer | null;
}

/** No server, and none could be started: a sentence for whoever asked. */
class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

const PROBE_MS = 3_000;
/** A server that owns the database but does not listen yet is starting. */
const STARTING_TRIES = 8;
const STARTING_MS = 500;

/**
 * The server at `url`, or else where `npm start` would listen; with none there, one in this process.
 *
 * @throws NoServerError
 */
export async function findServer(url: string | null, env: NodeJS.ProcessEnv): Promise<Server> {
  if (url !== null) return { url, own: null };
  const { DatabaseTakenError, readServerConfig, startOwnServer } = await import('./own-server.ts');
  const config = readServerConfig(env);
  const usual = addressOf(config.host, config.port);
  const found = await probe(usual);
  if (found === 'carryover') return { url: usual, own: null };
  try {
    // What listens there is no Carryover: whoever talks here needs no certain port.
    const own = await startOwnServer({ ...config, role: 'all', port: found === 'other' ? 0 : config.port });
    return { url: own.url, own };
  } catch (error) {
    if (!(error instanceof DatabaseTakenError)) throw new NoServerError(sentenceOf(error), { cause: error });
    if (await answersSoon(usual)) return { url: usual, own: null };
    throw new NoServerError(
      `${error.message} But none answers at ${usual}. If it listens elsewhere, say where: npm run chat -- --url http://127.0.0.1:PORT`,
    );
  }
}

/** Where a server that listens at `host` is reached from here. */
function addressOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

async function probe(url: string): Promise<'carryover' | 'other' | 'nobody'> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) });
    const answer = await response.text();
    return response.ok && answer.includes('"ok"') ? 'carryover' : 'other';
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'other' : 'nobody';
  }
}

async function answersSoon(url: string): Promise<boolean> {
  for (let tries = 0; tries < STARTING_TRIES; tries += 1) {
    if ((await probe(url)) === 'carryover') return true;
    await after(STARTING_MS);
  }
  return false;
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
