import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Interrupts } from './interrupts.ts';

/** An answer that is an error, with the code of the API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** No answer at all. */
export class ServerAwayError extends Error {
  override readonly name = 'ServerAwayError';
}

/** Somebody pressed Ctrl-C before there was an answer. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

export type Api = ReturnType<typeof createApi>;

const ANSWER_MS = 60_000;
const UPLOAD_MS = 600_000;
/** Half a minute in all, in which a server that was restarted is back. */
const AGAIN_AFTER_MS = [250, 500, 1000, 2000, 4000, 8000, 14_000];

interface ApiOptions {
  url: string;
  token: string | null;
  /** Ctrl-C gives up whatever is waited for. */
  interrupts: Interrupts;
}

/** The public API over HTTP. */
export function createApi({ url, token, interrupts }: ApiOptions) {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };

  async function post(address: string, init: RequestInit, signal: AbortSignal, patienceMs: number): Promise<Response> {
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      return await fetch(`${url}${address}`, { method: 'POST', ...init, signal: until });
    } catch (error) {
      throw new ServerAwayError(`${url} does not answer`, { cause: error });
    }
  }

  async function ask<R, V>(document: TypedDocumentNode<R, V>, variables: V, signal: AbortSignal): Promise<R> {
    const headers = { 'content-type': 'application/json', ...authorization };
    const body = JSON.stringify({ query: print(document), variables });
    const response = await post('/graphql', { headers, body }, signal, ANSWER_MS);
    const { data, errors } = await readAnswer<{ data?: R; errors?: ErrorAnswer[] }>(response);
    if (errors?.[0]) throw asApiError(errors[0]);
    if (data === undefined) throw notOurs(response);
    return data;
  }

  async function untilGivenUp<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const givingUp = new AbortController();
    const release = interrupts.listen(() => givingUp.abort());
    try {
      return await run(givingUp.signal);
    } catch (error) {
      throw givingUp.signal.aborted ? new GivenUpError('Given up.', { cause: error }) : error;
    } finally {
      release();
    }
  }

  return {
    url,

    request: <R, V>(document: TypedDocumentNode<R, V>, variables: V): Promise<R> =>
      untilGivenUp((signal) => ask(document, variables, signal)),

    /**
     * For what may be asked twice: what only reads, or carries a key. Goes on asking while the server is away.
     *
     * @param onAway called when it will be asked again
     */
    insist: <R, V>(document: TypedDocumentNode<R, V>, variables: V, onAway?: () => void): Promise<R> =>
      untilGivenUp(async (signal) => {
        for (const waitMs of AGAIN_AFTER_MS) {
          try {
            return await ask(document, variables, signal);
          } catch (error) {
            if (!isAway(error) || signal.aborted) throw error;
            onAway?.();
            await after(waitMs, null, { signal });
          }
        }
        return ask(document, variables, signal);
      }),

    /** Waits until something may be asked for again. */
    pause: (ms: number): Promise<void> => untilGivenUp((signal) => after(ms, undefined, { signal })),

    /** @returns the document's id */
    async upload(file: string): Promise<string> {
      const form = new FormData();
      form.append('file', await openAsBlob(file), path.basename(file));
      const headers = { 'apollo-require-preflight': 'true', ...authorization };
      const send = (signal: AbortSignal) => post('/documents', { headers, body: form }, signal, UPLOAD_MS);
      const response = await untilGivenUp(send);
      const { document, error } = await readAnswer<{ document?: { id: string }; error?: UploadFault }>(response);
      if (error) throw new ApiError(error.code, error.message);
      if (!document) throw notOurs(response);
      return document.id;
    },
  };
}

export const isAway = (error: unknown): boolean =>
  error instanceof ServerAwayError || (error instanceof ApiError && error.code === 'SERVICE_UNAVAILABLE');

export interface ErrorAnswer {
  message: string;
  extensions?: Record<string, unknown>;
}

interface UploadFault {
  code: string;
  message: string;
}

export function asApiError({ message, extensions: { code, ...details } = {} }: ErrorAnswer): ApiError {
  return new ApiError(typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR', message, details);
}

/** What is no object of JSON comes from something that stands between, or that is no server of ours. */
async function readAnswer<T>(response: Response): Promise<T> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw new ServerAwayError('The answer broke off.', { cause: error });
  }
  const answer = parsed(text);
  if (typeof answer === 'object' && answer !== null) return answer as T;
  if (response.status >= 500) throw new ServerAwayError(`The answer was ${response.status}.`);
  throw notOurs(response);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const notOurs = ({ url, status }: Response) =>
  new ApiError('NOT_OURS', `What answers at ${new URL(url).origin} does not speak Carryover's API (${status}).`);
