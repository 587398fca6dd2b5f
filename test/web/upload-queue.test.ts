import { expect, test } from 'vitest';
import { NotSent } from '../../web/src/documents/uploads/not-sent.ts';
import type { SentFile } from '../../web/src/documents/uploads/send-file.ts';
import { createUploadQueue, type UploadQueue } from '../../web/src/documents/uploads/upload-queue.ts';

interface Sending {
  file: File;
  signal: AbortSignal;
  onProgress: (part: number) => void;
  resolve: (sent: SentFile) => void;
  reject: (error: unknown) => void;
}

/** A queue, and what it sends, which a test answers. */
function createQueue() {
  const sendings: Sending[] = [];
  const arrived: string[] = [];
  const queue = createUploadQueue({
    send: (file, { signal, onProgress }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        sendings.push({ file, signal, onProgress, resolve, reject });
      }),
    onSent: async ({ file }) => void arrived.push(file.name),
  });
  return { queue, sendings, arrived };
}

const files = (...names: string[]): File[] => names.map((name) => new File(['text'], name));
const statesOf = (queue: UploadQueue) => queue.current().map(({ file, state }) => `${file.name} ${state.is}`);
const isNew = { documentId: 'id', wasThere: false };

test('two files go at a time, the others in turn, and what has come leaves the list', async () => {
  const { queue, sendings, arrived } = createQueue();
  queue.add(files('a', 'b', 'c'), 'library');
  expect(statesOf(queue)).toEqual(['a sending', 'b sending', 'c waiting']);
  sendings[0]?.onProgress(0.5);
  expect(queue.current()[0]?.state).toEqual({ is: 'sending', part: 0.5 });
  sendings[1]?.resolve(isNew);
  await expect.poll(() => statesOf(queue)).toEqual(['a sending', 'c sending']);
  expect(arrived).toEqual(['b']);
});

test('a file that was there stays in the list to say so, until it is dismissed', async () => {
  const { queue, sendings } = createQueue();
  queue.add(files('a'), 'library');
  sendings[0]?.resolve({ documentId: 'id', wasThere: true });
  await expect.poll(() => statesOf(queue)).toEqual(['a there']);
  queue.drop(queue.current()[0]?.id ?? 0);
  expect(statesOf(queue)).toEqual([]);
});

test('a cancelled file is stopped, and gives its place to the next', async () => {
  const { queue, sendings } = createQueue();
  queue.add(files('a', 'b', 'c'), 'library');
  queue.drop(queue.current()[0]?.id ?? 0);
  expect(sendings[0]?.signal.aborted).toBe(true);
  await expect.poll(() => statesOf(queue)).toEqual(['b sending', 'c sending']);
});

test('what failed is sent again when it is asked for, and by itself where the server says when', async () => {
  const { queue, sendings } = createQueue();
  queue.add(files('a'), 'library');
  sendings[0]?.reject(new NotSent('The connection broke.', true));
  await expect
    .poll(() => queue.current()[0]?.state)
    .toEqual({ is: 'failed', reason: 'The connection broke.', canRetry: true });

  queue.retry(queue.current()[0]?.id ?? 0);
  await expect.poll(() => sendings.length).toBe(2);
  sendings[1]?.reject(new NotSent('At most 4 files at a time.', true, 0));
  await expect.poll(() => sendings.length).toBe(3);
  expect(statesOf(queue)).toEqual(['a sending']);

  for (let more = 3; more < 7; more += 1) {
    sendings[more - 1]?.reject(new NotSent('At most 4 files at a time.', true, 0));
    await expect.poll(() => sendings.length).toBe(more + 1);
  }
  sendings[6]?.reject(new NotSent('At most 4 files at a time.', true, 0));
  await expect.poll(() => statesOf(queue)).toEqual(['a failed']);
});
