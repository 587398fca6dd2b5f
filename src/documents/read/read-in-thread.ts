import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TextPiece } from '../../memory/split/split-text.ts';
import type { ReadRequest, ReadResponse } from './read-in-thread.worker.ts';
import { UnreadableError } from './unreadable.ts';

export interface ReadText {
  text: string;
  pieces: TextPiece[];
}

/** A long PDF takes some seconds. */
const TIMEOUT_MS = 60_000;
const MAX_MEMORY_MB = 512;
/** Buffers grow by some hundred megabytes a second at most. */
const WATCH_MS = 50;

/**
 * Reads and splits in a thread of its own, so that whatever a file does to its reader ends there.
 *
 * @param limits `maxMemoryMb`: of the thread's heap, and as much again beside it
 * @throws UnreadableError; an abort rejects with the signal's reason
 */
export async function readInThread(
  request: ReadRequest,
  signal: AbortSignal,
  { timeoutMs = TIMEOUT_MS, maxMemoryMb = MAX_MEMORY_MB } = {},
): Promise<ReadText> {
  signal.throwIfAborted();
  // The sources run as they are, and so does what they are built to.
  const file = `./read-in-thread.worker${path.extname(import.meta.url)}`;
  const thread = new Worker(new URL(file, import.meta.url), {
    workerData: request,
    execArgv: [],
    // What a reader prints may quote the file.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  const { outgrown, stopWatching } = watchMemory(thread, maxMemoryMb * 1024 * 1024);
  try {
    const { text, spans } = await answerOf(thread, AbortSignal.any([signal, timeout, outgrown]));
    const pieces: TextPiece[] = [];
    for (let at = 0; at + 1 < spans.length; at += 2) {
      const start = spans[at] ?? 0;
      pieces.push({ start, text: text.slice(start, spans[at + 1]) });
    }
    return { text, pieces };
  } catch (error) {
    if (timeout.aborted && !signal.aborted) {
      throw new UnreadableError(`The file took longer than ${Math.ceil(timeoutMs / 1000)} seconds to read.`);
    }
    throw error;
  } finally {
    stopWatching();
    await thread.terminate();
  }
}

/**
 * What lies beside the heap, as the buffers that a PDF is unpacked to, is bounded by no limit of a thread: a few
 * kilobytes could take all memory there is.
 */
function watchMemory(thread: Worker, maxBytes: number): { outgrown: AbortSignal; stopWatching(): void } {
  const outgrown = new AbortController();
  const watching = setInterval(() => {
    thread.getHeapStatistics().then(
      ({ external_memory: bytes }) => bytes > maxBytes && outgrown.abort(tooLarge()),
      // It is not running yet, or no longer.
      () => undefined,
    );
  }, WATCH_MS);
  return { outgrown: outgrown.signal, stopWatching: () => clearInterval(watching) };
}

function answerOf(thread: Worker, ended: AbortSignal): Promise<Extract<ReadResponse, { text: string }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<ReadResponse, { text: string }>>();
  thread.on('message', (response: ReadResponse) => {
    if ('text' in response) resolve(response);
    else reject(new UnreadableError(response.unreadable));
  });
  thread.on('error', (error) => reject(sentenceOf(error)));
  thread.on('exit', () => reject(new UnreadableError('The file could not be read.')));
  ended.addEventListener('abort', () => reject(ended.reason), { once: true });
  return promise;
}

function sentenceOf(cause: unknown): UnreadableError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') return tooLarge(cause);
  return new UnreadableError('The file could not be read.', { cause });
}

const tooLarge = (cause?: unknown) =>
  new UnreadableError('The file needs more memory to read than it may have.', { cause });
