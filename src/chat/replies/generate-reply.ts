import type { App } from '../../app.ts';
import { AppError } from '../../errors.ts';
import { isDatabaseAway } from '../../graphql/database-away.ts';
import { type ChatModel, type ChatRequest, ModelError } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { MessageRow } from '../own.ts';
import { preparePrompt } from '../prompts/prepare-prompt.ts';
import { INTERRUPTED } from './interrupt-replies.ts';
import type { RunningReply } from './reply-writer.ts';
import { endOf, type Outcome, type Settlement, settleReply } from './settle-reply.ts';
import { TextFilter } from './text-filter.ts';

const SETTLE_AGAIN_MS = 1_000;

/** More text than this for each token asked for is no reply but a model that does not stop. */
const MAX_UNITS_PER_TOKEN = 20;

/** Writes the text into the reply's log, and says what it ended as; it may throw. */
export type WriteReply = (app: App, running: RunningReply, draft: Draft) => Promise<Outcome>;

/** Begins to write a reply whose row is committed. It ends by itself, whoever listens. */
export function startReply(app: App, reply: MessageRow, write: WriteReply = writeReply): void {
  app.replies.start(reply, (running) => generateReply(app, running, write));
}

async function generateReply(app: App, running: RunningReply, write: WriteReply): Promise<void> {
  const started = performance.now();
  const draft: Draft = { usages: [], notes: [] };
  const outcome = await write(app, running, draft).catch((error: unknown) => failed(app, running, error));
  const settled = await settleUntilStored(app, running, { outcome, text: running.log.text, ...draft });
  if (settled) running.log.end(endOf(settled));
  else running.log.abandon();
  app.log.info(
    {
      replyId: running.id,
      status: settled?.status ?? 'LOST',
      code: outcome.status === 'FAILED' ? outcome.error.code : undefined,
      length: running.log.text.length,
      ms: Math.round(performance.now() - started),
    },
    'reply ended',
  );
}

/** What is known of a reply so far, beside its text. */
export type Draft = Pick<Settlement, 'usages' | 'notes'> & { usages: Settlement['usages'][number][]; notes: string[] };

async function writeReply(app: App, running: RunningReply, draft: Draft): Promise<Outcome> {
  const prepared = await preparePrompt(app, running, draft.usages);
  // It was cancelled, if only in its row so far; where it was deleted or taken, what it ends as is not stored.
  if (!prepared) running.stop('CANCELLED');
  if (!prepared || running.stopReason) return stopped(running);
  const { documents, memory } = prepared.request.parts;
  const text = new TextFilter([...documents, ...memory].map(({ marker }) => marker));
  await streamReply(app, running, draft, { ...prepared, text });
  return running.stopReason ? stopped(running) : { status: 'COMPLETE' };
}

/** What stands between a model and the log: gives back, of what it is given, what may enter the text. */
export interface ReplyText {
  push(text: string): string;
  /** What was held back, once. `BROKEN`: the reply was stopped, or the model failed. `CUT`: the model ran out of room. */
  end(how: 'WHOLE' | 'CUT' | 'BROKEN'): string;
  /** What was left out, for the manifest. */
  readonly notes: readonly string[];
}

export interface Streaming {
  model: ChatModel;
  request: ChatRequest;
  text: ReplyText;
}

/** Asks the model, and appends what `text` lets through as it comes. @throws ModelError */
export async function streamReply(
  app: App,
  running: RunningReply,
  draft: Draft,
  { model, request, text }: Streaming,
): Promise<void> {
  const started = performance.now();
  const most = request.replyTokens * MAX_UNITS_PER_TOKEN;
  let firstDeltaMs: number | null = null;
  let counted: { inputTokens: number; outputTokens: number } | null = null;
  let written = '';
  let isCut = true;
  const ending = new AbortController();
  try {
    const events = model.stream(request, AbortSignal.any([running.stopped, ending.signal]));
    for await (const event of untilStopped(events, running.stopped)) {
      if (event.type === 'end') {
        counted = { inputTokens: event.inputTokens, outputTokens: event.outputTokens };
        isCut = event.finishReason === 'LENGTH';
        continue;
      }
      firstDeltaMs ??= Math.round(performance.now() - started);
      written += event.text;
      running.log.append(text.push(event.text));
      if (written.length > most) {
        draft.notes.push('The model went on past the length that was asked for, and was stopped.');
        break;
      }
    }
    // Before it is judged: what was held back may be all there is.
    running.log.append(text.end(running.stopReason ? 'BROKEN' : isCut ? 'CUT' : 'WHOLE'));
    if (!running.stopReason && running.log.text.trim() === '') {
      throw new ModelError('MODEL_UNAVAILABLE', 'The model gave no answer.', true);
    }
  } finally {
    ending.abort();
    running.log.append(text.end('BROKEN'));
    // Who breaks off a reply pays for what was sent and written: where the model did not count, we do.
    if (!counted && (written || running.stopReason))
      counted = { inputTokens: request.promptTokens, outputTokens: countTokens(written) };
    if (counted) {
      const { inputTokens, outputTokens } = counted;
      draft.usages.push({ purpose: request.purpose, model: model.id, inputTokens, outputTokens });
    }
    draft.notes.push(...text.notes);
    app.log.info({ replyId: running.id, model: model.id, firstDeltaMs, ...counted }, 'model called');
  }
}

/** The events until there are no more or `signal` aborts; then it does not wait for one that may never come. */
async function* untilStopped<T>(events: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const iterator = events[Symbol.asyncIterator]();
  const stop = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  try {
    for (;;) {
      const next = iterator.next();
      const result = await Promise.race([next, stop]);
      if (result === null) {
        // Whatever comes of it concerns nobody any more.
        next.catch(() => undefined);
        return;
      }
      if (result.done) return;
      yield result.value;
    }
  } finally {
    void iterator.return?.()?.catch(() => undefined);
  }
}

/** What a reply that was stopped ends as. */
export function stopped({ stopReason }: RunningReply): Outcome {
  return stopReason === 'CANCELLED' ? { status: 'CANCELLED' } : { status: 'FAILED', error: INTERRUPTED };
}

function failed(app: App, running: RunningReply, error: unknown): Outcome {
  if (running.stopReason) return stopped(running);
  if (error instanceof ModelError) {
    app.log.warn({ replyId: running.id, err: error }, 'the model failed');
    return { status: 'FAILED', error: { code: error.code, message: error.message, retryable: error.retryable } };
  }
  if (error instanceof AppError && error.code === 'BUDGET_EXCEEDED') {
    return { status: 'FAILED', error: { code: error.code, message: error.message, retryable: false } };
  }
  if (isDatabaseAway(error)) {
    app.log.warn({ replyId: running.id, err: error }, 'the database could not be used while a reply was written');
    return { status: 'FAILED', error: { ...INTERRUPTED, message: 'The database was away for a moment.' } };
  }
  app.log.error({ replyId: running.id, err: error }, 'unexpected error while a reply was written');
  const message = 'Something went wrong here while this reply was written.';
  return { status: 'FAILED', error: { code: 'INTERNAL_SERVER_ERROR', message, retryable: true } };
}

/**
 * A reply that has ended must say so: a database that is away is waited for, and what cannot be indexed with it is
 * left to a job.
 */
async function settleUntilStored(app: App, running: RunningReply, settlement: Settlement): Promise<MessageRow | null> {
  let indexLater = false;
  for (;;) {
    try {
      return await settleReply(app, running, { ...settlement, indexLater });
    } catch (error) {
      app.log.error({ replyId: running.id, err: error }, 'a reply could not be settled, trying again');
      if (app.isDraining) return null;
      indexLater ||= !isDatabaseAway(error);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_AGAIN_MS));
    }
  }
}
