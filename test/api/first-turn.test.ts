import { expect } from 'vitest';
import { test } from '../support/app.ts';
import { says } from '../support/model-answers.ts';

test('a first message begins a session, streams its reply and stores both', async ({ app, alice }) => {
  app.model.next(says('Breathe ', 'in ', 'slowly.'));
  const { session, message, reply } = await alice.send('I cannot sleep.');
  const { text, events } = await alice.follow(reply.id);

  expect(text).toBe('Breathe in slowly.');
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { status: 'COMPLETE', content: text } });
  expect(session).toMatchObject({ title: 'I cannot sleep.', titleIsAutomatic: true, messageCount: 2 });
  const { nodes } = await alice.messages(session.id);
  expect(nodes.map((node: { seq: number; content: string }) => [node.seq, node.content])).toEqual([
    [1, 'I cannot sleep.'],
    [2, 'Breathe in slowly.'],
  ]);
  expect(nodes[1].replyTo.id).toBe(message.id);
});

test('what was said long ago comes back among the items of the prompt', async ({ app, alice }) => {
  const { session, message } = await alice.turn('My knee hurts when I run downhill.');
  for (let turn = 0; turn < 8; turn++) await alice.turn(`Budget meeting number ${turn}`, { sessionId: session.id });
  await app.idle();
  const { reply } = await alice.turn('What did I say about my knee?', { sessionId: session.id });

  const { sections } = await alice.manifest(reply.id);
  const memory = sections.find((section: { kind: string }) => section.kind === 'MEMORY');
  expect(memory.items[0].source.id).toBe(message.id);
  expect(memory.items[0].decision).toBe('INCLUDED');
});
