import { expect, test } from 'vitest';
import { chatInTerminal } from '../../support/chat-program.ts';
import { createGate, says, slowly } from '../../support/model-answers.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { createWorld } from '../../support/world.ts';

test('a reply is written as it comes, below what was asked', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  const gate = createGate();
  model.next(slowly(['Breathe ', '**slowly** ', 'and ', 'wait.'], gate));

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What is on your mind?');
  chat.enter('I cannot sleep.');
  gate.release(3);
  await chat.shows(/^○ Breathe slowly$/m);
  gate.releaseAll();
  await chat.shows(/^○ Breathe slowly and wait\.$/m);

  expect(chat.text()).toContain('› I cannot sleep.\n');
  expect(chat.bytes()).toContain('\u001b[1mslowly\u001b[22m');
});

test('a conversation goes on where it was left', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  model.next(says('What would help?'));
  const { session } = await server.viewer.send('I cannot sleep.');

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What would help?');
  model.next(says('Then begin with that.'));
  chat.enter('A walk.');
  await chat.shows('Then begin with that.');
  chat.enter('/quit');

  expect(await chat.exited).toBe(0);
  const { nodes } = await server.viewer.messages(session.id);
  expect(nodes.map(({ content }: { content: string }) => content)).toEqual([
    'I cannot sleep.',
    'What would help?',
    'A walk.',
    'Then begin with that.',
  ]);
});

test('Ctrl-C stops the reply that is being written, and its text stays', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  const gate = createGate();
  model.next(slowly(['Breathe ', 'slowly, ', 'and ', 'never again.'], gate));

  const chat = chatInTerminal({ args: ['--url', server.url, '--new'] });
  await chat.shows('What is on your mind?');
  chat.enter('I cannot sleep.');
  gate.release(3);
  await chat.shows('○ Breathe slowly,');
  chat.type(CTRL_C);
  await chat.shows('Stopped. What was written stays.');

  const reply = await lastMessage(server);
  expect(reply.status).toBe('CANCELLED');
  expect(chat.text()).toContain(`○ ${reply.content.trim()}\n  Stopped.`);
  chat.enter('/quit');
  expect(await chat.exited).toBe(0);
});

test('Ctrl-C takes back what was typed; at an empty prompt it leaves when pressed again', async () => {
  const { start } = await createWorld();
  const server = await start();

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What is on your mind?');
  chat.type('Something I would rather not say');
  await chat.shows('› Something I would rather not say');
  chat.type(CTRL_C);
  await expect.poll(chat.text).not.toContain('Something');
  chat.type(CTRL_C);
  await chat.shows('Ctrl-C again leaves');
  chat.type(CTRL_C);

  expect(await chat.exited).toBe(0);
  expect((await server.viewer.sessions()).totalCount).toBe(0);
});

test('a server that is killed and started again in mid-reply leaves the screen with the text that is stored', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  const gate = createGate();
  model.next(slowly(['First ', 'a breath, ', 'then ', 'another, ', 'and never this.'], gate));

  const chat = chatInTerminal({ args: ['--url', server.url, '--new'] });
  await chat.shows('What is on your mind?');
  chat.enter('I cannot sleep.');
  gate.release(4);
  await chat.shows('○ First a breath, then');
  await server.kill();
  await chat.shows('Reconnecting…');
  const again = await start({ PORT: new URL(server.url).port });
  await chat.shows('The reply was cut off');

  const reply = await lastMessage(again);
  expect(reply).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED' } });
  expect(chat.text()).toContain(`○ ${reply.content.trim()}\n! The reply was cut off`);
  expect(chat.text()).not.toContain('Reconnecting');

  model.next(says('First a breath, then sleep.'));
  chat.enter('/retry');
  await chat.shows('○ First a breath, then sleep.');
});

test('what is pasted is one message, and a line that ends in \\ goes on in the next', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  model.otherwise(says('I see.'));

  const chat = chatInTerminal({ args: ['--url', server.url, '--new'] });
  await chat.shows('What is on your mind?');
  chat.type('\u001b[200~My list:\rsleep\rwork\u001b[201~');
  chat.enter(', both.');
  await chat.shows(/I see\.\n\n›$/);
  chat.enter('And \\');
  chat.enter('a walk.');

  await expect.poll(async () => (await lastMessage(server, 'USER')).content).toBe('And \na walk.');
  const { nodes } = await server.viewer.messages((await lastMessage(server, 'USER')).sessionId);
  expect(nodes[0].content).toBe('My list:\nsleep\nwork, both.');
});

test('nothing that a model writes or a session is called can move the cursor or change the terminal', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  model.next(says('Red \u001b[31malert\u001b]0;owned\u0007 \u009b2J and \u202eback\u202c.'));
  await server.viewer.turn('Hello.', { newSession: { title: 'A \u001b[2Jtitle\u0007' } });

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('Red [31malert]0;owned 2J and back.');
  chat.enter('/sessions');
  await chat.shows('here');

  expect(chat.text()).toContain('A [2Jtitle');
  for (const unsafe of ['owned\u0007', '\u009b', '\u202e', '\u001b[2J']) expect(chat.bytes()).not.toContain(unsafe);
});

const CTRL_C = '\u0003';

async function lastMessage(server: ServerProcess, role = 'ASSISTANT') {
  const { nodes } = await server.viewer.sessions();
  const [session] = nodes;
  const { nodes: messages } = await server.viewer.messages(session.id);
  const found = messages.findLast((message: { role: string }) => message.role === role);
  return { ...found, sessionId: session.id };
}
