import { signInAgain } from '../../sign-in/auth.ts';
import { authorizedHeaders } from '../../sign-in/authorized.ts';
import { NotSent } from './not-sent.ts';

/** What the server answered to a file. */
export interface SentFile {
  documentId: string;
  /** The viewer had this file already. */
  wasThere: boolean;
}

interface Sending {
  /** From 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/**
 * Sends a file to the server, once more if the viewer had to sign in for it.
 *
 * @throws NotSent; the signal's reason
 */
export async function sendFile(file: File, sending: Sending): Promise<SentFile> {
  const request = await post(file, sending);
  if (request.status !== 401) return sentFile(request);
  await signInAgain();
  return sentFile(await post(file, sending));
}

/** Not by fetch, which does not tell how far it is. */
function post(file: File, { onProgress, signal }: Sending): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new NotSent('The connection to the server broke.', true));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.open('POST', '/documents');
    // A page elsewhere cannot send it, so the server knows that this is none.
    request.setRequestHeader('apollo-require-preflight', 'true');
    for (const [name, value] of Object.entries(authorizedHeaders())) request.setRequestHeader(name, value);
    const form = new FormData();
    form.append('file', file);
    request.send(form);
  });
}

function sentFile(request: XMLHttpRequest): SentFile {
  const { status, responseText } = request;
  const answer = json(responseText);
  const id = status === 200 || status === 201 ? at(answer, 'document', 'id') : null;
  if (typeof id !== 'string') throw notSent(request);
  // What could not be read is read again.
  return { documentId: id, wasThere: status === 200 && at(answer, 'document', 'status') !== 'PENDING' };
}

function notSent(request: XMLHttpRequest): NotSent {
  const { status, responseText } = request;
  const message = at(json(responseText), 'error', 'message');
  const said = typeof message === 'string' ? message : 'The server did not take the file.';
  const canRetry = status === 401 || status === 429 || status >= 500;
  const seconds = Number(request.getResponseHeader('retry-after') ?? Number.NaN);
  return new NotSent(said, canRetry, Number.isFinite(seconds) ? seconds * 1000 : null);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
