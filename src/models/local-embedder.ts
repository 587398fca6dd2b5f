import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ModelError } from './chat-model.ts';
import type { Embedder, Embeddings } from './embedder.ts';
import type { EmbedRequest, EmbedResponse } from './local-embedder.worker.ts';

const DIMENSIONS = 512;
/** Of the model's own tokens; it reads 128. */
const MAX_TOKENS = 120;
/** About 0.1 s of work: how long a question may have to wait behind a batch. */
const SLICE = 2;

/** One call of `embed`, worked off in slices. */
interface Call {
  texts: readonly string[];
  vectors: Float32Array[];
  inputTokens: number;
  settle: { resolve(embeddings: Embeddings): void; reject(error: unknown): void };
}

/**
 * Universal Sentence Encoder Lite in a thread, which the first call starts; English only. A single text is taken for a
 * question that somebody waits for: it goes before batches, also before the rest of one that has begun.
 */
export class LocalEmbedder implements Embedder {
  readonly model = 'use-lite';
  readonly maxTokens = MAX_TOKENS;
  #worker: Worker | null = null;
  #isClosed = false;
  #questions: Call[] = [];
  #batches: Call[] = [];
  /** What the thread is working at. */
  #current: { id: number; call: Call } | null = null;
  #lastId = 0;

  /** Loads the model, so that no question has to wait for it. */
  async warm(): Promise<void> {
    await this.embed(['warm'], AbortSignal.timeout(60_000));
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    signal.throwIfAborted();
    if (this.#isClosed) throw new ModelError('MODEL_UNAVAILABLE', 'The embedding model is closed.', true);
    if (texts.length === 0) return { vectors: [], inputTokens: 0 };
    const { promise, resolve, reject } = Promise.withResolvers<Embeddings>();
    const call: Call = { texts, vectors: [], inputTokens: 0, settle: { resolve, reject } };
    const abort = () => {
      this.#forget(call);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    (texts.length === 1 ? this.#questions : this.#batches).push(call);
    this.#next();
    return promise.finally(() => signal.removeEventListener('abort', abort));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#fail('The embedding model was closed.');
    await worker?.terminate();
  }

  /** Gives the thread its next slice, when it has none. */
  #next(): void {
    if (this.#current !== null) return;
    const call = this.#questions[0] ?? this.#batches[0];
    // A thread without work keeps no process alive.
    if (call === undefined) return void this.#worker?.unref();
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#lastId += 1;
    this.#current = { id: this.#lastId, call };
    const begin = call.vectors.length;
    const request: EmbedRequest = { id: this.#lastId, texts: call.texts.slice(begin, begin + SLICE) };
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    // The sources run as they are, and so does what they are built to.
    const file = `./local-embedder.worker${path.extname(import.meta.url)}`;
    const worker = new Worker(new URL(file, import.meta.url), { workerData: { maxTokens: MAX_TOKENS }, execArgv: [] });
    worker.on('message', (response: EmbedResponse) => this.#take(response));
    const crashed = (cause?: unknown) => {
      if (this.#worker === worker) this.#fail('The embedding model stopped working.', cause);
    };
    worker.on('error', crashed);
    worker.on('exit', () => crashed());
    return worker;
  }

  #take({ vectors, inputTokens }: EmbedResponse): void {
    const call = this.#current?.call;
    this.#current = null;
    if (call !== undefined) {
      for (let at = 0; at < vectors.length; at += DIMENSIONS) call.vectors.push(vectors.slice(at, at + DIMENSIONS));
      call.inputTokens += inputTokens;
      if (call.vectors.length === call.texts.length) {
        this.#forget(call);
        call.settle.resolve({ vectors: call.vectors, inputTokens: call.inputTokens });
      }
    }
    this.#next();
  }

  #forget(call: Call): void {
    this.#questions = this.#questions.filter((other) => other !== call);
    this.#batches = this.#batches.filter((other) => other !== call);
  }

  /** Ends every call; the next one starts a new thread. */
  #fail(sentence: string, cause?: unknown): void {
    this.#worker = null;
    this.#current = null;
    const calls = [...this.#questions.splice(0), ...this.#batches.splice(0)];
    for (const call of calls) call.settle.reject(new ModelError('MODEL_UNAVAILABLE', sentence, true, { cause }));
  }
}
