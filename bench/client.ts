import { once } from 'node:events';
import WebSocket from 'ws';

export const REPLY_STREAM = `subscription ReplyStream($messageId: ID!) { replyStream(messageId: $messageId) {
  __typename ... on ReplyDelta { messageId offset text } ... on ReplyCompleted { message { id status } }
  ... on ReplyFailed { message { error { code message } } } } }`;

const SEND = `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { session { id } reply { id } } }`;

/**
 * @param token where the server asks for one
 * @throws where the answer has errors
 */
export async function ask<T>(url: string, query: string, variables: object, token?: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors }: { data: T; errors?: { message: string }[] } = JSON.parse(await response.text());
  if (errors) throw new Error(errors[0]?.message);
  return data;
}

/** @returns the reply's id, and the session's */
export async function send(url: string, input: object): Promise<{ replyId: string; sessionId: string }> {
  type Sent = { sendMessage: { session: { id: string }; reply: { id: string } } };
  const { sendMessage: sent } = await ask<Sent>(url, SEND, { input });
  return { replyId: sent.reply.id, sessionId: sent.session.id };
}

export interface Reader {
  /** Deltas that have come. */
  count: number;
  /** When the first came, as `performance.now()` has it. */
  firstAt: Promise<number>;
  /** Settles with the reply's end. */
  ended: Promise<void>;
  leave(): void;
}

/** Counts deltas, and notices the first and the end. @returns what is to be told of each event's text */
function startCounting(leave: () => void): {
  reader: Reader;
  take: (text: string) => void;
  fail: (error: Error) => void;
} {
  const first = Promise.withResolvers<number>();
  const end = Promise.withResolvers<void>();
  end.promise.catch(() => undefined);
  first.promise.catch(() => undefined);
  const reader: Reader = { count: 0, firstAt: first.promise, ended: end.promise, leave };
  const fail = (error: Error) => {
    first.reject(error);
    end.reject(error);
  };
  const take = (text: string) => {
    if (text.includes('"ReplyDelta"')) {
      if (reader.count === 0) first.resolve(performance.now());
      reader.count += 1;
    } else if (text.includes('"ReplyCompleted"')) end.resolve();
    else fail(new Error(`No reply: ${text}`));
  };
  return { reader, take, fail };
}

/** A graphql-transport-ws connection, opened before anything is measured. */
export async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

let lastId = 0;

/** One reply, over a socket that has no other subscription. */
export function readOverSocket(socket: WebSocket, messageId: string): Reader {
  const id = String(++lastId);
  const { reader, take, fail } = startCounting(() => socket.terminate());
  const listen = (data: WebSocket.RawData) => {
    const text = data.toString();
    if (text.includes('"type":"next"')) take(text);
    else if (text.includes('"type":"error"')) fail(new Error(text));
    else if (text.includes('"type":"complete"')) socket.off('message', listen);
  };
  socket.on('message', listen);
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: REPLY_STREAM, variables: { messageId } } }));
  return reader;
}

/** One reply, over an event stream of its own. */
export async function readOverEventStream(url: string, messageId: string): Promise<Reader> {
  const leaving = new AbortController();
  const { reader, take, fail } = startCounting(() => leaving.abort());
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: REPLY_STREAM, variables: { messageId } }),
    signal: leaving.signal,
  });
  eventsOf(response, take).catch(fail);
  return reader;
}

/** Hands over what follows `data: ` in each event that has any. */
export async function eventsOf(response: Response, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: {')) take(line.slice('data: '.length));
  }
}
