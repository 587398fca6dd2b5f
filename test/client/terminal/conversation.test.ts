import { expect, test, vi } from 'vitest';
import { chatInTerminal } from '../../support/chat-program.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { createGate, says, saysSingly, slowly } from '../../support/model-answers.ts';
import { rowsOf } from '../../support/server-process.ts';
import { createWorld } from '../../support/world.ts';

// Each starts a program or more, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

test('a reply is written as it comes, below what was asked', async () => {
  const server = await startLocalServer();
  const { model } = server;
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
  const server = await startLocalServer();
  const { model } = server;
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
  const server = await startLocalServer();
  const { model } = server;
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
  const server = await startLocalServer();

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
  const { file, model, start } = await createWorld();
  const server = await start();
  const gate = createGate();
  model.next(slowly(['First ', 'a breath, ', 'then ', 'another, ', 'and never this.'], gate));

  const chat = chatInTerminal({ args: ['--url', server.url, '--new'] });
  await chat.shows('What is on your mind?');
  chat.enter('I cannot sleep.');
  gate.release(2);
  await expect.poll(() => rowsOf(file, 'select text from reply_part')).not.toEqual([]);
  // What comes now may be read before it is stored.
  gate.release(2);
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
  const server = await startLocalServer();
  const { model } = server;
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
  const server = await startLocalServer();
  const { model } = server;
  model.next(says('Red \u001b[31malert\u001b]0;owned\u0007 \u009b2J and \u202eback\u202c.'));
  await server.viewer.turn('Hello.', { newSession: { title: 'A \u001b[2Jtitle\u0007' } });

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('Red [31malert]0;owned 2J and back.');
  chat.enter('/sessions');
  await chat.shows('here');

  expect(chat.text()).toContain('A [2Jtitle');
  for (const unsafe of ['owned\u0007', '\u009b', '\u202e', '\u001b[2J']) expect(chat.bytes()).not.toContain(unsafe);
});

test('a reply that is longer than the screen stands there once, from its first line to its last', async () => {
  const server = await startLocalServer();
  const { model } = server;
  const steps = Array.from({ length: 30 }, (_, index) => `${index + 1}. Step **number ${index + 1}**\n`);
  model.next(saysSingly(...steps, 'Which is the smallest?'));

  const chat = chatInTerminal({ args: ['--url', server.url], rows: 8 });
  await chat.shows('What is on your mind?');
  chat.enter('How?');
  await chat.shows(/Which is the smallest\?\n\n›$/);

  const shown = chat.text();
  expect(shown.slice(shown.indexOf('○'), shown.indexOf('Which')).trim().split('\n')).toEqual(
    steps.map((_, index) => `${index === 0 ? '○' : ' '} ${index + 1}. Step number ${index + 1}`),
  );
});

test('what is entered while a reply is written is sent after it', async () => {
  const server = await startLocalServer();
  const { model } = server;
  const gate = createGate();
  model.next(slowly(['One ', 'thing ', 'first.'], gate), says('And now the other.'));

  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What is on your mind?');
  chat.enter('First.');
  gate.release(2);
  await chat.shows('○ One');
  chat.enter('Second.');
  gate.releaseAll();

  await chat.shows(/○ One thing first\.\n\n› Second\.\n\n○ And now the other\./);
});

test('a reply that another client has asked for is shown, and the message sent when it has ended', async () => {
  const server = await startLocalServer();
  const { model } = server;
  model.next(says('I see.'));
  const { session } = await server.viewer.turn('Before.');
  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows(/I see\.\n\n›$/);

  const gate = createGate();
  model.next(slowly(['From ', 'elsewhere.'], gate), says('Now you.'));
  await server.viewer.send('Elsewhere.', { sessionId: session.id });
  chat.enter('Here.');
  await chat.shows('A reply is still being written here.');
  gate.releaseAll();

  await chat.shows(/○ From elsewhere\.\n[^○]+○ Now you\.\n/);
  const { nodes } = await server.viewer.messages(session.id);
  expect(nodes.map(({ content }: { content: string }) => content).slice(2)).toEqual([
    'Elsewhere.',
    'From elsewhere.',
    'Here.',
    'Now you.',
  ]);
});

test('a message that a server did not answer is at the prompt again, and Enter sends it', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  model.otherwise(says('I see.'));
  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What is on your mind?');

  await server.kill();
  chat.enter('I cannot sleep.');
  await chat.shows('The server does not answer. Trying again…');
  chat.type(CTRL_C);
  await chat.shows(/\n› I cannot sleep\.$/);
  const again = await start({ PORT: new URL(server.url).port });
  chat.enter('');

  await chat.shows('I see.');
  expect((await again.viewer.sessions()).nodes).toMatchObject([{ messageCount: 2 }]);
});

test('told to end, it gives the terminal back as it was', async () => {
  const server = await startLocalServer();
  const chat = chatInTerminal({ args: ['--url', server.url] });
  await chat.shows('What is on your mind?');
  chat.type(CTRL_D);

  expect(await chat.exited).toBe(0);
  expect(chat.text()).toContain('Until next time.');
  const { length } = chat.bytes();
  expect(chat.bytes().slice(length - 200)).toMatch(/\?25h.*\?2004l/);
});

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

async function lastMessage(server: Pick<LocalServer, 'viewer'>, role = 'ASSISTANT') {
  const { nodes } = await server.viewer.sessions();
  const [session] = nodes;
  const { nodes: messages } = await server.viewer.messages(session.id);
  const found = messages.findLast((message: { role: string }) => message.role === role);
  return { ...found, sessionId: session.id };
}
