import { signInAgain } from '../sign-in/auth.ts';
import { authorizedHeaders } from '../sign-in/authorized.ts';

const BROKE_OFF = 'The export broke off, and nothing was saved. Try again.';

/** The export of the server, whole. @param onBytes told how many have come @throws an error whose message is for a person */
export async function fetchExport(
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<{ name: string; content: Blob }> {
  const response = await ask(signal);
  if (!response.ok || !response.body) throw new Error(await reasonOf(response));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let part = await read(reader); part; part = await read(reader)) {
    parts.push(part);
    bytes += part.byteLength;
    onBytes(bytes);
  }
  const [, name = 'carryover.jsonl'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return { name, content: new Blob(parts, { type: 'application/x-ndjson' }) };
}

async function ask(signal: AbortSignal): Promise<Response> {
  const get = () => fetch('/export', { headers: authorizedHeaders(), cache: 'no-store', signal });
  try {
    const response = await get();
    if (response.status !== 401) return response;
    await signInAgain();
    return await get();
  } catch (error) {
    throw new Error('The server does not answer. Try again in a moment.', { cause: error });
  }
}

/** What was cut off ends with an error, so half an export never looks like a whole one. */
async function read(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>) {
  try {
    return (await reader.read()).value;
  } catch (error) {
    throw new Error(BROKE_OFF, { cause: error });
  }
}

async function reasonOf(response: Response): Promise<string> {
  const { errors }: { errors?: { message?: string }[] } = await response.json().catch(() => ({}));
  return errors?.[0]?.message ?? BROKE_OFF;
}
