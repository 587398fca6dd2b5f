import { expect, onTestFinished, test, vi } from 'vitest';
import { readOptions, UsageError } from '../../../client/terminal/options.ts';
import { startApp } from '../../support/app.ts';
import { chatInPipe, startPipe } from '../../support/chat-program.ts';
import { startLocalServer } from '../../support/local-server.ts';
import { createGate, disconnectsAfter, says, slowly } from '../../support/model-answers.ts';
import { createWorld } from '../../support/world.ts';

// Each starts a program or more, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

test('a pipe gets the text of the reply and nothing else, and goes on in the session that is named', async () => {
  const server = await startLocalServer();
  const { model } = server;
  model.next(says('# What I hear\n\n', 'You **cannot** sleep.'));

  const first = await chatInPipe('I cannot sleep.\nNot at all.\n', { args: ['--url', server.url] });
  expect(first).toMatchObject({ code: 0, stdout: '# What I hear\n\nYou **cannot** sleep.\n' });
  const [, id = ''] = /^To go on: --session (\S+)$/m.exec(first.stderr) ?? [];

  model.next(says('Then rest.'));
  const args = ['--session', id];
  const second = await chatInPipe('I am tired.', { args, env: { CARRYOVER_URL: server.url } });
  expect(second).toEqual({ code: 0, stdout: 'Then rest.\n', stderr: '' });

  const { nodes } = await server.viewer.messages(id);
  expect(nodes.map(({ content }: { content: string }) => content)).toEqual([
    'I cannot sleep.\nNot at all.',
    '# What I hear\n\nYou **cannot** sleep.',
    'I am tired.',
    'Then rest.',
  ]);
});

test('it ends with 1 where the reply failed, and keeps what was written', async () => {
  const server = await startLocalServer();
  const { model } = server;
  model.next(disconnectsAfter('Breathe'));

  const { code, stdout, stderr } = await chatInPipe('I cannot sleep.', { args: ['--url', server.url] });
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Breathe\n' });
  expect(stderr).toContain('The model did not answer.');
});

test('wrong usage ends with 2, and says how it is right', async () => {
  for (const args of [['--sesion', 'x'], ['--url', 'nowhere'], ['hello'], ['--new', '--session', 'x']]) {
    expect(() => readOptions(args, {})).toThrow(UsageError);
  }
  const { code, stdout, stderr } = await chatInPipe('Hello.', { args: ['--sesion', 'x'] });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--help');
  const server = await startLocalServer();
  expect(await chatInPipe(' \n', { args: ['--url', server.url] })).toMatchObject({ code: 2, stdout: '' });
  const help = await chatInPipe('', { args: ['--help'] });
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('--session ID');
});

test('an interrupt stops the reply at the server, prints what was written, and ends with 130', async () => {
  const server = await startLocalServer();
  const { model } = server;
  const gate = createGate();
  model.next(slowly(['Breathe ', 'slowly, ', 'and never this.'], gate));

  const pipe = startPipe('I cannot sleep.', { args: ['--url', server.url] });
  gate.release(2);
  await expect.poll(pipe.stdout).toContain('Breathe');
  process.kill(pipe.pid, 'SIGINT');
  process.kill(pipe.pid, 'SIGINT');

  const { code, stdout } = await pipe.exited;
  expect(code).toBe(130);
  const { nodes } = await server.viewer.sessions();
  const { nodes: messages } = await server.viewer.messages(nodes[0].id);
  expect(messages.at(-1)).toMatchObject({ status: 'CANCELLED' });
  expect(stdout.trimEnd()).toBe(messages.at(-1).content.trimEnd());
});

test('a server that is killed and started again in mid-reply leaves the pipe with the text that is stored', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  const gate = createGate();
  model.next(slowly(['First ', 'a breath, ', 'then ', 'and never this.'], gate));

  const pipe = startPipe('I cannot sleep.', { args: ['--url', server.url] });
  gate.release(3);
  await expect.poll(pipe.stdout).toContain('a breath,');
  await server.kill();
  const again = await start({ PORT: new URL(server.url).port });

  const { code, stdout, stderr } = await pipe.exited;
  expect(code).toBe(1);
  expect(stderr).toContain('The reply was cut off');
  const { nodes } = await again.viewer.sessions();
  const { nodes: messages } = await again.viewer.messages(nodes[0].id);
  expect(messages.at(-1)).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED' } });
  expect(stdout).toBe(`${messages.at(-1).content.trimEnd()}\n`.replace(/^\n$/, ''));
});

test('a message reaches a server that is down when it is sent and up soon after, once', async () => {
  const { model, start } = await createWorld();
  const server = await start();
  model.otherwise(says('I see.'));
  await server.kill();

  const pipe = startPipe('I cannot sleep.', { args: ['--url', server.url] });
  await expect.poll(pipe.stderr).toContain('Trying again');
  const again = await start({ PORT: new URL(server.url).port });

  expect(await pipe.exited).toMatchObject({ code: 0, stdout: 'I see.\n' });
  expect((await again.viewer.sessions()).nodes[0].messageCount).toBe(2);
});

test('a message waits for the reply that is still being written', async () => {
  const server = await startLocalServer();
  const { model } = server;
  const gate = createGate();
  model.next(slowly(['Wait.'], gate), says('Now you.'));
  const { session } = await server.viewer.send('First.');

  const pipe = startPipe('Second.', { args: ['--url', server.url, '--session', session.id] });
  await expect.poll(pipe.stderr).toContain('still being written');
  gate.releaseAll();

  expect(await pipe.exited).toMatchObject({ code: 0, stdout: 'Now you.\n' });
});

test('a command works in a pipe as well', async () => {
  const server = await startLocalServer();
  const { model } = server;
  model.otherwise(says('I see.'));
  const { session } = await server.viewer.turn('I cannot sleep.', { newSession: { title: 'Nights' } });

  const list = await chatInPipe('/sessions', { args: ['--url', server.url] });
  expect(list.stdout).toMatch(new RegExp(`^${session.id} {2}Nights {2}.*2 messages\n$`));
  const args = ['--url', server.url, '--session', session.id];
  expect((await chatInPipe('/why', { args })).stdout).toMatch(/^ {2}Why this answer/);
  expect(await chatInPipe('/open nowhere', { args })).toMatchObject({ code: 1, stdout: '' });
});

test('who is not known is told how to be', async () => {
  const app = await startApp({ answer: says('I see.') });
  onTestFinished(() => app.close());
  const args = ['--url', app.url];
  expect(await chatInPipe('Hello.', { args })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/--token or CARRYOVER_TOKEN/),
  });
  const { authorization = '' } = await app.viewer('alice');
  const env = { CARRYOVER_TOKEN: authorization.replace('Bearer ', '') };
  expect(await chatInPipe('Hello.', { args, env })).toMatchObject({ code: 0, stdout: 'I see.\n' });
});

test('a reader that has seen enough ends it without a word', async () => {
  const server = await startLocalServer();
  const { model } = server;
  const gate = createGate();
  model.next(slowly(['Line one.\n', 'Line two.\n', 'Line three.'], gate));

  const pipe = startPipe('Hello.', { args: ['--url', server.url] });
  gate.release(2);
  await expect.poll(pipe.stdout).toContain('Line one.');
  pipe.leave();
  gate.releaseAll();

  expect(await pipe.exited).toMatchObject({ code: 0 });
  expect(pipe.stderr()).not.toMatch(/EPIPE|Error/);
});
