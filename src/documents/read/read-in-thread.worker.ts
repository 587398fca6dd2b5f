import { parentPort, workerData } from 'node:worker_threads';
import { splitDocument } from '../../memory/split/split-document.ts';
import { localTokenCounter } from '../../models/local-tokens.ts';
import { readFile } from './read-file.ts';
import { UnreadableError } from './unreadable.ts';

export interface ReadRequest {
  /** A file, or the text that it had. */
  source: { bytes: Uint8Array; mimeType: string } | { text: string };
  /** Of a piece, as the embedding model counts. */
  maxTokens: number;
}

/** `spans`: from, to of each piece in the text, one after the other. */
export type ReadResponse = { text: string; spans: Int32Array } | { unreadable: string };

const request: ReadRequest = workerData;

async function respond({ source, maxTokens }: ReadRequest): Promise<ReadResponse> {
  try {
    const text = 'text' in source ? source.text : await readFile(Buffer.from(source.bytes), source.mimeType);
    const pieces = splitDocument(text, { maxTokens, countTokens: localTokenCounter() });
    return { text, spans: Int32Array.from(pieces.flatMap(({ start, text }) => [start, start + text.length])) };
  } catch (error) {
    if (error instanceof UnreadableError) return { unreadable: error.message };
    if (error instanceof RangeError) return { unreadable: 'The file is nested too deeply to be read.' };
    throw error;
  }
}

parentPort?.postMessage(await respond(request));
