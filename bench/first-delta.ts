// Time from asking to the first delta, in a session of 10,000 messages: through the server (a mutation, then a reader on
// an open socket) against asking the model's endpoint directly.
//
// Directly, the very messages are sent that the server sends for such a question, by the same client over a connection
// that is kept open too, alternating with the server's turns. So what remains is what the server adds: storing, searching,
// assembling, a second round trip, and the model's stream passed on.
import path from 'node:path';
import type WebSocket from 'ws';
import type { LogLine } from './child.ts';
import { ask, connect, eventsOf, readOverSocket, send } from './client.ts';
import { alone, compared, type Part, type Row } from './report.ts';
import { seed } from './seed.ts';
import { embedsMore, inFolder, type Server, startEndpoint, startServer } from './server.ts';
import { inTurn } from './statistics.ts';
import { chance, oneOf, sentences } from './texts.ts';

const PROMPT = 'query Prompt($id: ID!) { chatMessage(id: $id) { prompt { messages { role content } notes } } }';

type Prompt = { messages: { role: string; content: string }[]; notes: string[] };

export async function firstDelta(quick: boolean): Promise<Part> {
  const messages = quick ? 300 : 10_000;
  const rounds = quick ? 4 : 30;
  return inFolder(async (folder) => {
    const file = path.join(folder, 'first-delta.db');
    const cases = [
      { model: 'after-200', memory: true, atMost: 1.3 },
      { model: 'after-200', memory: false, atMost: null },
      { model: 'instant', memory: true, atMost: null },
      { model: 'instant', memory: false, atMost: 5 },
    ];
    const sessions = cases.map(({ model, memory }) => ({ messages, model, longTermMemory: memory }));
    const sessionIds = await seed(`sqlite:${file}`, sessions, quick ? 20 : 300);
    const endpoint = await startEndpoint();
    const server = await startServer(`sqlite:${file}`, endpoint);
    const socket = await connect(server.url);
    const random = chance(4);
    const questions = sentences('USER', 50, random);

    const measureCase = async (at: number) => {
      const { model = '', memory } = cases[at] ?? {};
      const through = await throughServer(server, socket, {
        sessionId: sessionIds[at] ?? '',
        content: oneOf(questions, random) ?? '',
        memory: memory ?? false,
      });
      return { through: through.ms, direct: await directly(endpoint.url, model, through.prompt) };
    };
    await inTurn(quick ? 2 : 10, () => inTurn(cases.length, measureCase));
    server.lines.splice(0);
    const measured = await inTurn(rounds, () => inTurn(cases.length, measureCase));
    await Promise.all([server.stop(), endpoint.stop()]);

    const of = (at: number, which: 'through' | 'direct') => measured.map((round) => round[at]?.[which] ?? Number.NaN);
    const rows = cases.map(({ model, memory, atMost }, at) => {
      const what = `endpoint ${model === 'instant' ? 'answers at once' : 'takes 200 ms'}, memory ${memory ? 'on' : 'off'}`;
      return compared(what, { ours: of(at, 'through'), yardstick: of(at, 'direct'), unit: 'ms', atMost });
    });
    return {
      title: `Time to the first delta, session of ${messages.toLocaleString('en')} messages`,
      rows: [...rows, ...retrievalRows(server)],
      remarks: ["Embedding and retrieval are part of the first row and the third, by the server's own log."],
    };
  });
}

async function throughServer(
  server: Server,
  socket: WebSocket,
  { sessionId, content, memory }: { sessionId: string; content: string; memory: boolean },
): Promise<{ ms: number; prompt: Prompt }> {
  const { url } = server;
  const embedded = memory ? embedsMore(server, 2) : null;
  const asked = performance.now();
  const { replyId } = await send(url, { sessionId, content });
  const reader = readOverSocket(socket, replyId);
  const ms = (await reader.firstAt) - asked;
  await reader.ended;
  // So that no embedding of this turn stands in the way of the next question's.
  await embedded;
  const { chatMessage } = await ask<{ chatMessage: { prompt: Prompt } }>(url, PROMPT, { id: replyId });
  return { ms, prompt: chatMessage.prompt };
}

async function directly(url: string, model: string, { messages }: Prompt): Promise<number> {
  const lowered = messages.map(({ role, content }) => ({ role: role.toLowerCase(), content }));
  const asked = performance.now();
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: lowered, stream: true }),
  });
  let first: number | null = null;
  await eventsOf(response, (text) => {
    if (first === null && text.includes('"content"')) first = performance.now() - asked;
  });
  if (first === null) throw new Error('The endpoint gave no text.');
  return first;
}

function retrievalRows({ lines }: Server): Row[] {
  const retrievals = lines.filter(({ msg, embeddingMs }) => msg === 'retrieval' && typeof embeddingMs === 'number');
  const figures = (of: (line: LogLine) => number) => retrievals.map(of);
  return [
    alone(
      "of that the question's embedding",
      figures(({ embeddingMs }) => Number(embeddingMs)),
      'ms',
    ),
    alone(
      'of that retrieval beyond the embedding',
      figures(({ ms, embeddingMs }) => Number(ms) - Number(embeddingMs)),
      'ms',
    ),
  ];
}
