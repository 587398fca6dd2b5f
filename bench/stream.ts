// CPU per delta with 100 replies written at once, each with one reader, against a bare `ws` relay of the same frames.
//
// Server and relay take the same streams from the same endpoint, at the same pace, and send frames of the same bytes to
// the same client; the rounds of all of them alternate. `To its reader` is what a reader adds, in either, to a run that
// nobody reads: the cost of delivery. `All the way` is the whole: for the relay reading a stream and sending, for the
// server also the OpenAI client, the filter, the reply's log and the database. CPU is of the whole process. The sessions
// have long-term memory off, so that no embedding is counted.
import { once } from 'node:events';
import path from 'node:path';
import WebSocket from 'ws';
import { type Child, startChild } from './child.ts';
import { openReplies, PER_SECOND, type ReadBy, type Round, write } from './replies.ts';
import { compared, type Part } from './report.ts';
import { type Endpoint, inFolder, type Server, startEndpoint, startServer, usedBy } from './server.ts';
import { inTurn, median } from './statistics.ts';

interface Stage {
  endpoint: Endpoint;
  server: Server;
  relay: Child & { url: string };
  replies: number;
  deltas: number;
}

type Kind = ReadBy | 'relay' | 'unread relay';

export async function stream(quick: boolean): Promise<Part> {
  const [replies, deltas, rounds] = quick ? [10, 25, 1] : [100, 200, 5];
  return inFolder(async (folder) => {
    const endpoint = await startEndpoint();
    const server = await startServer(`sqlite:${path.join(folder, 'stream.db')}`, endpoint);
    const relay = startChild(new URL('./relay.ts', import.meta.url), { ENDPOINT_URL: endpoint.url });
    const { port } = await relay.line('listening');
    const stage = { endpoint, server, relay: { ...relay, url: `ws://127.0.0.1:${port}` }, replies, deltas };

    const kinds: Kind[] = ['relay', 'socket', 'unread', 'event stream', 'unread relay'];
    for (const kind of kinds) await measure({ ...stage, deltas: Math.ceil(deltas / 4) }, kind);
    const measured = await inTurn(rounds, () => inTurn(kinds.length, (at) => measure(stage, kinds[at] ?? 'unread')));
    await Promise.all([server.stop(), relay.stop(), endpoint.stop()]);

    const of = (kind: Kind, which: 'cpu' | 'frames') =>
      measured.map((round) => round[kinds.indexOf(kind)]?.[which] ?? Number.NaN);
    const delivery = (read: Kind, unread: Kind) => {
      const without = of(unread, 'cpu');
      return of(read, 'cpu').map((cpu, round) => cpu - (without[round] ?? Number.NaN));
    };
    const relayed = delivery('relay', 'unread relay');
    const row = (what: string, ours: number[], yardstick: number[], atMost: number | null = null) =>
      compared(what, { ours, yardstick, unit: 'µs', atMost });
    const frames = (kind: Kind) => median(of(kind, 'frames')).toFixed(2);
    return {
      title: `CPU per delta, ${replies} replies at once, ${PER_SECOND} deltas a second each`,
      rows: [
        row('to its reader over WebSocket', delivery('socket', 'unread'), relayed, 2),
        row('to its reader over SSE', delivery('event stream', 'unread'), relayed, 2),
        row('all the way, read over WebSocket', of('socket', 'cpu'), of('relay', 'cpu')),
        row('all the way, read over SSE', of('event stream', 'cpu'), of('relay', 'cpu')),
        row('all the way, read by nobody', of('unread', 'cpu'), of('unread relay', 'cpu')),
      ],
      remarks: [
        `Frames for each delta: WebSocket ${frames('socket')}, SSE ${frames('event stream')}, relay ${frames('relay')}.`,
      ],
    };
  });
}

async function measure(stage: Stage, kind: Kind): Promise<{ cpu: number; frames: number }> {
  const { endpoint, replies, deltas } = stage;
  const { readers, end } = await open(stage, kind);
  const measured = kind.includes('relay') ? stage.relay : stage.server;
  const read = () => readers.reduce((sum, reader) => sum + reader.count, 0);
  const { processCpu } = await usedBy(measured, () => write(endpoint, deltas));
  const frames = read();
  endpoint.finish();
  await end();
  const written = replies * deltas;
  return { cpu: processCpu / written, frames: frames / written };
}

function open(stage: Stage, kind: Kind): Promise<Round> {
  if (kind === 'relay' || kind === 'unread relay') return openRelay(stage, kind === 'unread relay');
  return openReplies(stage.server, stage.replies, { by: kind });
}

async function openRelay({ relay, replies }: Stage, silent: boolean): Promise<Round> {
  const readers: { count: number }[] = [];
  const closed: Promise<unknown>[] = [];
  for (let at = 0; at < replies; at++) {
    const socket = new WebSocket(silent ? `${relay.url}/?silent` : relay.url, { perMessageDeflate: false });
    await once(socket, 'message');
    const reader = { count: 0 };
    socket.on('message', () => {
      reader.count += 1;
    });
    readers.push(reader);
    closed.push(once(socket, 'close'));
  }
  return { readers, end: async () => void (await Promise.all(closed)) };
}
