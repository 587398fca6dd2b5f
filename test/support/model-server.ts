import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import { fails, type ModelAnswer, says } from './model-answers.ts';

const Body = z.looseObject({
  model: z.string().default(''),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).default([]),
  input: z.union([z.string().transform((text) => [text]), z.array(z.string())]).default([]),
  dimensions: z.number().optional(),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
});
export type ModelRequestBody = z.infer<typeof Body>;

export interface ModelRequest {
  /** `/chat/completions`, `/embeddings` or `/models`. */
  path: string;
  body: ModelRequestBody;
  authorization: string | undefined;
  /** Resolves when the connection has ended; true when the client left before the answer was complete. */
  ended: Promise<boolean>;
}

export interface ModelServer {
  /** The base URL, ending in /v1. */
  url: string;
  requests: ModelRequest[];
  /** The requests of `requests` that asked for a chat completion, but for those of `titles`. */
  readonly chats: ModelRequest[];
  /** The requests of `requests` that asked for the name of a session. */
  readonly titles: ModelRequest[];
  /** The requests of `requests` that asked for embeddings. */
  readonly embeddings: ModelRequest[];
  /** Answers the next chat requests, in this order. */
  next(...answers: ModelAnswer[]): void;
  /** Answers every chat request for which `next` gave nothing. */
  otherwise(answer: ModelAnswer): void;
  /** Answers the next requests for the name of a session, in place of a dash, which is no name. */
  nextTitles(...answers: ModelAnswer[]): void;
  /** Answers the next requests for embeddings in place of the embeddings. */
  nextEmbeddings(...answers: ModelAnswer[]): void;
  /** Ends what is open, stalled answers too. */
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Parameters answered with 400, as some servers do. */
  rejects?: string[];
  /** False: never says what it counted. */
  usage?: boolean;
  /** Another key, or none, is answered with 401. */
  apiKey?: string;
  /** 0: any free one. */
  port?: number;
}

/** An OpenAI-protocol server on a loopback port: `model.next(says('Hello'))`. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const chatAnswers: ModelAnswer[] = [];
  const titleAnswers: ModelAnswer[] = [];
  const embeddingAnswers: ModelAnswer[] = [];
  let usual: ModelAnswer = says('I hear you. ', 'What matters most to you in this?');

  async function answer(incoming: IncomingMessage, response: ServerResponse) {
    const request = await readRequest(incoming, response);
    requests.push(request);
    await answerTo(request)({ request, response, usage: options.usage ?? true });
  }

  function answerTo(request: ModelRequest): ModelAnswer {
    const { path, body, authorization } = request;
    if (options.apiKey && authorization !== `Bearer ${options.apiKey}`) return fails(401);
    const rejected = options.rejects?.find((name) => name in body);
    if (rejected) return fails(400, { message: `Unrecognized request argument supplied: ${rejected}` });
    if (isTitle(request)) return titleAnswers.shift() ?? says('-');
    if (path === '/chat/completions') return chatAnswers.shift() ?? usual;
    if (path === '/embeddings') return embeddingAnswers.shift() ?? embedsHonestly;
    if (path === '/models') return listsModels;
    return fails(404);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get chats() {
      return requests.filter((request) => request.path === '/chat/completions' && !isTitle(request));
    },
    get titles() {
      return requests.filter(isTitle);
    },
    get embeddings() {
      return requests.filter((request) => request.path === '/embeddings');
    },
    next: (...answers) => void chatAnswers.push(...answers),
    nextTitles: (...answers) => void titleAnswers.push(...answers),
    nextEmbeddings: (...answers) => void embeddingAnswers.push(...answers),
    otherwise(answer) {
      usual = answer;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isTitle = ({ body }: ModelRequest): boolean =>
  body.messages[0]?.content.startsWith('You name coaching sessions') ?? false;

async function readRequest(incoming: IncomingMessage, response: ServerResponse): Promise<ModelRequest> {
  const ended = new Promise<boolean>((resolve) => {
    response.once('close', () => resolve(!response.writableFinished));
  });
  const sent = await readText(incoming);
  return {
    path: (incoming.url ?? '').replace(/^\/v1/, ''),
    body: Body.parse(sent === '' ? {} : JSON.parse(sent)),
    authorization: incoming.headers.authorization,
    ended,
  };
}

const listsModels: ModelAnswer = ({ response }) => {
  sendJson(response, { object: 'list', data: [{ id: 'test-model', object: 'model', created: 0, owned_by: 'test' }] });
};

export const embedsHonestly: ModelAnswer = ({ request, response }) => {
  const { input, dimensions = 64, model } = request.body;
  const data = input.map((text, index) => ({ object: 'embedding', index, embedding: embeddingOf(text, dimensions) }));
  const tokens = input.reduce((sum, text) => sum + wordsOf(text).length, 0);
  sendJson(response, { object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
};

/** Texts that share words are near each other; never zero, seldom of unit length. */
export function embeddingOf(text: string, dimensions: number): number[] {
  const embedding = new Array<number>(dimensions).fill(0.01);
  for (const word of wordsOf(text)) {
    const at = [...word].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1_000_003, 7) % dimensions;
    embedding[at] = (embedding[at] ?? 0) + 1;
  }
  return embedding;
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
