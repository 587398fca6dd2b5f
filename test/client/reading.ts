import { expect, onTestFinished } from 'vitest';
import { type ClientOptions, type Connected, createClient } from '../../client/apollo/index.ts';
import { followReply, type Reply, type Subscribe } from '../../client/index.ts';
import { createGate, type Gate, slowly } from '../support/model-answers.ts';
import type { ModelServer } from '../support/model-server.ts';
import { rowsOf } from '../support/server-process.ts';
import type { TestViewer, Turn } from '../support/test-viewer.ts';
import type { World } from '../support/world.ts';

/** A reply of which the first piece is written; each other, and the end, waits for the gate. */
export async function begunReply(
  model: ModelServer,
  viewer: TestViewer,
  pieces: string[],
): Promise<Turn & { gate: Gate }> {
  const gate = createGate();
  model.next(slowly(pieces, gate));
  const turn = await viewer.send('I cannot sleep.');
  gate.release();
  await expect.poll(() => viewer.message(turn.reply.id).then(({ content }) => content)).toBe(pieces[0]);
  return { ...turn, gate };
}

/** What is read early is in the server's memory alone until then, and a kill takes it away. */
export async function whenStored({ file }: Pick<World, 'file'>, text: string): Promise<void> {
  await expect.poll(() => rowsOf(file, 'select text from reply_part')).toEqual([{ text }]);
}

/** Someone who follows a reply. */
export interface Reading {
  seen: Reply[];
  end: Promise<Reply | null>;
  /** Settles when it shows that much. */
  shows(text: string): Promise<void>;
}

export function read(subscribe: Subscribe, messageId: string, text = ''): Reading {
  const seen: Reply[] = [];
  const left = new AbortController();
  onTestFinished(() => left.abort());
  const end = followReply({
    ...{ subscribe, messageId, text, signal: left.signal },
    onChange: (reply) => seen.push(reply),
  });
  const shows = (shown: string) => expect.poll(() => seen.at(-1)?.text).toBe(shown);
  return { seen, end, shows: async (shown) => void (await shows(shown)) };
}

/** An Apollo Client of that server, until the test ends. */
export function connect(url: string, options: ClientOptions = {}): Connected {
  const connected = createClient({ url: `${url}/graphql`, ...options });
  onTestFinished(() => {
    connected.dispose();
    connected.client.stop();
  });
  return connected;
}

/** What only grows, up to where the reply may end shorter. */
export function expectGrowth(seen: readonly Reply[]): void {
  let before = '';
  for (const { text, phase } of seen) {
    if (phase === 'ended') return;
    expect(text.startsWith(before)).toBe(true);
    before = text;
  }
}
