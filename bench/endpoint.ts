// A model endpoint that speaks OpenAI's protocol and does nothing else, in a process of its own. Which model is asked for
// says how it answers: `instant`; `after-200`, in milliseconds; `paced`, which waits until it is told and keeps time. Its
// embeddings mean nothing.
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Pace {
  deltas: number;
  perSecond: number;
}

const WORDS = 'What would a small first step look like for you, and what might get in the way of it this week?'.split(
  /(?<= )/,
);
/** What begins, ends and numbers a stream. */
const HEAD = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 0, model: 'bench' };
/** As many as the local model's. */
const DIMENSIONS = 512;

const held = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  const { model, input }: { model: string; input?: string[] } = JSON.parse(await text(request));
  if (request.url?.endsWith('/embeddings')) {
    response.setHeader('content-type', 'application/json');
    response.end(embeddings(input?.length ?? 0));
    return;
  }
  const waitMs = Number(/^after-(\d+)$/.exec(model)?.[1] ?? 0);
  if (waitMs > 0) await delay(waitMs);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (model === 'paced') {
    response.flushHeaders();
    held.add(response);
    return;
  }
  for (const word of WORDS) sendText(response, word);
  finish(response);
});

process.on('message', (message: { pace?: Pace; finish?: true }) => {
  if (message.pace) for (const [at, response] of [...held].entries()) write(response, message.pace, at / held.size);
  if (!message.finish) return;
  for (const response of held) finish(response);
  held.clear();
});

/** @param phase from 0 to 1, so that the replies do not all write at once */
async function write(response: ServerResponse, { deltas, perSecond }: Pace, phase: number): Promise<void> {
  const everyMs = 1000 / perSecond;
  const begun = performance.now() + phase * everyMs;
  for (let sent = 0; sent < deltas; sent++) {
    await delay(Math.max(0, begun + sent * everyMs - performance.now()));
    sendText(response, WORDS[sent % WORDS.length] ?? '');
  }
}

/** All different, and at unit length. */
function embeddings(count: number): string {
  const data = Array.from({ length: count }, (_, index) => {
    const vector = Array.from({ length: DIMENSIONS }, () => Math.random() - 0.5);
    const length = Math.hypot(...vector);
    return { object: 'embedding', index, embedding: vector.map((x) => x / length) };
  });
  return JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 10 * count, total_tokens: 10 * count } });
}

const sendText = (response: ServerResponse, content: string) =>
  send(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] });

function finish(response: ServerResponse): void {
  send(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send(response, { choices: [], usage: { prompt_tokens: 500, completion_tokens: 20, total_tokens: 520 } });
  response.end('data: [DONE]\n\n');
}

const send = (response: ServerResponse, chunk: object) =>
  response.write(`data: ${JSON.stringify({ ...HEAD, ...chunk })}\n\n`);

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(JSON.stringify({ msg: 'listening', port: address?.port }));
});
