import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../errors.ts';

/** What has been received, on disk. */
export interface Spooled {
  sizeBytes: number;
  /** SHA-256 in hex. */
  contentHash: string;
  read(): Promise<Buffer>;
}

/**
 * Writes a stream to a file of no name while it comes, however slowly, and hands it to `use`: in memory it takes no more
 * than a few of its pieces. Nothing of it is left when `use` has ended, or the process has been killed.
 *
 * @throws SERVICE_UNAVAILABLE where there is no room on disk
 */
export async function spooled<T>(source: Readable, use: (spooled: Spooled) => Promise<T>): Promise<T> {
  const file = await openUnnamed().catch(refuse);
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const piece of source) {
      hash.update(piece);
      sizeBytes += piece.length;
      await file.appendFile(piece).catch(refuse);
    }
    return await use({ sizeBytes, contentHash: hash.digest('hex'), read: () => readWhole(file, sizeBytes) });
  } finally {
    await file.close();
  }
}

/** Not by the source's fault. */
function refuse(cause: unknown): never {
  throw new AppError('SERVICE_UNAVAILABLE', 'Files cannot be received at the moment; try again later.', {}, { cause });
}

async function openUnnamed(): Promise<FileHandle> {
  const name = path.join(tmpdir(), `carryover-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  await unlink(name);
  return file;
}

async function readWhole(file: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const { bytesRead } = await file.read(bytes, at, sizeBytes - at, at);
    if (bytesRead === 0) throw new Error('The received file is shorter than it was.');
    at += bytesRead;
  }
  return bytes;
}
