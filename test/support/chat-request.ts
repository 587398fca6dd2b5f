import type { ChatEvent, ChatModel, ChatRequest } from '../../src/models/chat-model.ts';

export const chatRequest = (question: string, given: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [
    { role: 'SYSTEM', content: 'You are a coach.' },
    { role: 'USER', content: question },
  ],
  promptTokens: 17,
  replyTokens: 100,
  purpose: 'CHAT',
  parts: { question, askedAt: new Date(0), isFirstReply: true, recent: [], memory: [], documents: [] },
  ...given,
});

/** What came of one reply: all its events, and the error that ended it, if one did. */
export async function listen(
  model: ChatModel,
  request: ChatRequest,
  { signal = new AbortController().signal, onText = (_: string) => {} } = {},
) {
  const events: ChatEvent[] = [];
  let error: unknown = null;
  try {
    for await (const event of model.stream(request, signal)) {
      events.push(event);
      if (event.type === 'text') onText(event.text);
    }
  } catch (thrown) {
    error = thrown;
  }
  const text = events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('');
  return { text, end: events.find((event) => event.type === 'end') ?? null, error };
}
