import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type Answer, json, sseResults } from './http-app.ts';

/** As GraphQL gave it; a test says what it expects of it. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
export type Data = any;

export interface Turn {
  session: Data;
  message: Data;
  reply: Data;
}

export interface Events {
  text: string;
  events: Data[];
}

export interface Uploaded {
  status: number;
  document: Data;
  error: { code: string; message: string } | null;
}

export type TestViewer = ReturnType<typeof createTestViewer>;

export const MESSAGE = `id seq role type status content cursor model memory createdAt endedAt
  usage { inputTokens outputTokens totalTokens } error { code message retryable } replyTo { id } supersededBy { id }`;
export const SESSION = `id title titleIsAutomatic model instructions tags longTermMemory crossSessionMemory messageCount
  isActive createdAt updatedAt memory { indexed pending failed } usage { inputTokens outputTokens totalTokens } runningReply { id }`;
export const DOCUMENT = 'id filename mimeType sizeBytes status error chunkCount createdAt';
export const MANIFEST = `requestHash contextWindowTokens replyTokens budgetTokens usedTokens notes messages { role content }
  sections { kind tokens wantedTokens summarized
    items { decision reason score tokens excerpt source { ... on ChatMessage { id content } ... on DocumentChunk { id position text document { id filename } } } } }`;

const REPLY_STREAM = `subscription($messageId: ID!, $fromOffset: Int!) { replyStream(messageId: $messageId, fromOffset: $fromOffset) {
  __typename ... on ReplyDelta { messageId offset text }
  ... on ReplyCompleted { message { ${MESSAGE} } } ... on ReplyCancelled { message { ${MESSAGE} } } ... on ReplyFailed { message { ${MESSAGE} } } } }`;

export interface ViewerOptions {
  id: string;
  url: string;
  token: string | null;
  /** How long to wait for an answer that is not a stream. Default: for ever. */
  patienceMs?: number;
}

/** Someone who calls the server over HTTP and sockets, in the words of the API. */
export function createTestViewer({ id, url, token, patienceMs }: ViewerOptions) {
  const authorization = token ? `Bearer ${token}` : undefined;

  async function ask(query: string, variables: object = {}, path = '/graphql'): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query, variables }),
      ...(patienceMs !== undefined && { signal: AbortSignal.timeout(patienceMs) }),
    });
    return json(response);
  }

  /** The data; an error of the answer is thrown. */
  async function query(text: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await ask(text, variables);
    if (errors) throw Object.assign(new Error(errors[0]?.message), { errors, ...errors[0]?.extensions });
    return data;
  }

  const mutate = async (name: string, type: string, fields: string, input: object): Promise<Data> =>
    (await query(`mutation($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input }))[name];

  /**
   * Events of a subscription, over a socket or an event stream. What leaves the iteration leaves the subscription; `left`
   * does so while the next event is waited for.
   */
  async function* subscribe(
    text: string,
    variables: object = {},
    transport: 'ws' | 'sse' = 'ws',
    left = new AbortController().signal,
  ): AsyncGenerator<Data> {
    if (transport === 'sse') {
      const response = await fetch(`${url}/graphql/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(authorization && { authorization }),
        },
        body: JSON.stringify({ query: text, variables }),
        signal: left,
      });
      try {
        for await (const { data, errors } of sseResults(response)) yield errors ? { errors } : data;
      } catch (error) {
        if (!left.aborted) throw error;
      }
      return;
    }
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
    const results = client.iterate({ query: text, variables: { ...variables } });
    left.addEventListener('abort', () => void results.return?.());
    try {
      for await (const { data, errors } of results) yield errors ? { errors } : data;
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      yield { errors: error };
    } finally {
      await client.dispose();
    }
  }

  async function* replyStream(
    messageId: string,
    fromOffset = 0,
    transport: 'ws' | 'sse' = 'ws',
    left = new AbortController().signal,
  ): AsyncGenerator<Data> {
    for await (const data of subscribe(REPLY_STREAM, { messageId, fromOffset }, transport, left))
      yield data.replyStream ?? data;
  }

  return {
    id,
    authorization,
    ask,
    query,
    subscribe,
    replyStream,
    createSession: async (input: object = {}): Promise<Data> =>
      (await mutate('createChatSession', 'CreateChatSessionInput', `session { ${SESSION} }`, input)).session,
    updateSession: async (input: object): Promise<Data> =>
      (await mutate('updateChatSession', 'UpdateChatSessionInput', `session { ${SESSION} }`, input)).session,
    session: async (sessionId: string, fields = SESSION): Promise<Data> =>
      (await query(`query($id: ID!) { chatSession(id: $id) { ${fields} } }`, { id: sessionId })).chatSession,
    /** A page of sessions. */
    sessions: async (page: object = {}, fields = SESSION): Promise<Data> =>
      (
        await query(
          `query($first: Int! = 20, $after: String, $filter: ChatSessionFilter) { chatSessions(first: $first, after: $after, filter: $filter) {
            nodes { ${fields} } edges { cursor node { id } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
          page,
        )
      ).chatSessions,
    message: async (messageId: string, fields = MESSAGE): Promise<Data> =>
      (await query(`query($id: ID!) { chatMessage(id: $id) { ${fields} } }`, { id: messageId })).chatMessage,
    messages: async (sessionId: string, page = '', fields = MESSAGE): Promise<Data> =>
      (
        await query(
          `query($id: ID!) { chatSession(id: $id) { messages${page} { nodes { ${fields} } edges { cursor } totalCount
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
          { id: sessionId },
        )
      ).chatSession.messages,
    /** Sends and does not wait for the reply. */
    send: (content: string, input: object = {}): Promise<Turn> =>
      mutate('sendMessage', 'SendMessageInput', `session { ${SESSION} } message { ${MESSAGE} } reply { ${MESSAGE} }`, {
        content,
        ...input,
      }),
    /** Sends and waits for the end of the reply. */
    turn: (content: string, input: object = {}): Promise<Turn> =>
      mutate('sendMessage', 'SendMessageInput', `session { ${SESSION} } message { ${MESSAGE} } reply { ${MESSAGE} }`, {
        content,
        wait: true,
        ...input,
      }),
    /** Begins a report, and does not wait for its end unless `wait` says so. */
    report: (input: object = {}): Promise<{ session: Data; report: Data }> =>
      mutate('generateReport', 'GenerateReportInput', `session { ${SESSION} } report { ${MESSAGE} }`, input),
    cancel: async (messageId: string): Promise<Data> =>
      (await mutate('cancelReply', 'MessageIdInput', `message { ${MESSAGE} }`, { messageId })).message,
    retry: async (messageId: string): Promise<Data> =>
      (await mutate('retryReply', 'MessageIdInput', `message { ${MESSAGE} }`, { messageId })).message,
    remove: (sessionId: string, permanently = false): Promise<Data> =>
      mutate('deleteChatSession', 'DeleteChatSessionInput', 'deletedId', { id: sessionId, permanently }),
    restore: async (sessionId: string): Promise<Data> =>
      (await mutate('restoreChatSession', 'ChatSessionIdInput', `session { ${SESSION} }`, { id: sessionId })).session,
    setMemory: async (sessionId: string, input: object): Promise<Data> =>
      (await mutate('setLongTermMemory', 'SetLongTermMemoryInput', `session { ${SESSION} }`, { sessionId, ...input }))
        .session,
    forget: async (input: object): Promise<number> =>
      (await mutate('forgetMemory', 'ForgetMemoryInput', 'forgottenMessages', input)).forgottenMessages,
    searchMemory: async (text: string, input: object = {}): Promise<Data[]> =>
      (
        await query(
          `query($input: SearchMemoryInput!) { searchMemory(input: $input) { score excerpt message { id content session { id } } } }`,
          { input: { query: text, ...input } },
        )
      ).searchMemory,
    addDocument: async (text: string, filename = 'notes.txt'): Promise<Data> =>
      (await mutate('addDocument', 'AddDocumentInput', `document { ${DOCUMENT} }`, { filename, text })).document,
    /** Sends a file as a browser's form does. */
    async upload(filename: string, file: Uint8Array | string, headers: Record<string, string> = {}): Promise<Uploaded> {
      const form = new FormData();
      form.append('file', new Blob([typeof file === 'string' ? file : Uint8Array.from(file)]), filename);
      const response = await fetch(`${url}/documents`, {
        method: 'POST',
        headers: { 'apollo-require-preflight': 'true', ...(authorization && { authorization }), ...headers },
        body: form,
      });
      const { document = null, error = null }: Data = await response.json();
      return { status: response.status, document, error };
    },
    document: async (documentId: string, fields = DOCUMENT): Promise<Data> =>
      (await query(`query($id: ID!) { document(id: $id) { ${fields} } }`, { id: documentId })).document,
    deleteDocument: async (documentId: string): Promise<string> =>
      (await mutate('deleteDocument', 'DocumentIdInput', 'deletedId', { id: documentId })).deletedId,
    searchDocuments: async (text: string, input: object = {}): Promise<Data[]> =>
      (
        await query(
          `query($input: SearchDocumentsInput!) { searchDocuments(input: $input) { score chunk { id position text document { id filename } } } }`,
          { input: { query: text, ...input } },
        )
      ).searchDocuments,
    preview: async (sessionId: string, content: string): Promise<Data> =>
      (
        await query(`query($input: PreviewPromptInput!) { previewPrompt(input: $input) { ${MANIFEST} } }`, {
          input: { sessionId, content },
        })
      ).previewPrompt,
    /** What a reply was based on. */
    manifest: async (replyId: string): Promise<Data> =>
      (await query(`query($id: ID!) { chatMessage(id: $id) { prompt { ${MANIFEST} } } }`, { id: replyId })).chatMessage
        .prompt,
    /** Follows a reply to its end: the text put together from deltas, and every event. */
    async follow(replyId: string, fromOffset = 0, transport: 'ws' | 'sse' = 'ws'): Promise<Events> {
      const events: Data[] = [];
      for await (const event of replyStream(replyId, fromOffset, transport)) events.push(event);
      return { events, text: textOf(events) };
    },
  };
}

/** What the deltas come to, checked to be without gap and overlap. */
export function textOf(events: Data[]): string {
  let text: string | null = null;
  let end = 0;
  for (const event of events.filter((each) => each.__typename === 'ReplyDelta')) {
    if (text !== null && event.offset !== end) throw new Error(`A delta at ${event.offset} follows ${end}.`);
    text = (text ?? '') + event.text;
    end = event.offset + event.text.length;
  }
  return text ?? '';
}

/** The items of one section of a manifest. */
export const itemsOf = (manifest: Data, kind: string): Data[] =>
  manifest.sections.find((section: Data) => section.kind === kind).items;
