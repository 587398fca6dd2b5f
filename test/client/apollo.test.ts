import { expect } from 'vitest';
import { createClient } from '../../client/apollo/index.ts';
import { ChatSessionDocument, SendMessageDocument } from '../../client/generated/hooks.ts';
import { followReply, type Reply } from '../../client/index.ts';
import { test } from '../support/app.ts';
import { createGate, slowly } from '../support/model-answers.ts';

test('a reply is followed to its end, and is in the cache by then', async ({ app, alice }) => {
  const token = alice.authorization?.replace('Bearer ', '') ?? '';
  const { client, subscribe, dispose } = createClient({ url: `${app.url}/graphql`, auth: { token: () => token } });
  const gate = createGate();
  app.model.next(slowly(['Breathe ', 'in ', 'slowly.'], gate));
  const { data } = await client.mutate({
    mutation: SendMessageDocument,
    variables: { input: { content: 'I cannot sleep.' } },
  });
  if (!data) throw new Error('No answer.');
  const { session, reply } = data.sendMessage;
  await client.query({ query: ChatSessionDocument, variables: { id: session.id } });
  const seen: Reply[] = [];
  gate.releaseAll();
  const { signal } = new AbortController();
  const end = await followReply({ subscribe, messageId: reply.id, signal, onChange: (next) => seen.push(next) });
  expect(end).toMatchObject({ text: 'Breathe in slowly.', phase: 'ended', message: { status: 'COMPLETE' } });
  expect(seen.at(-1)).toBe(end);
  const cached = client.readQuery({ query: ChatSessionDocument, variables: { id: session.id } });
  expect(cached?.chatSession?.messages.nodes.map(({ content, status }) => [status, content])).toEqual([
    ['COMPLETE', 'I cannot sleep.'],
    ['COMPLETE', 'Breathe in slowly.'],
  ]);
  dispose();
});
