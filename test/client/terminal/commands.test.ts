import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { AppOptions } from '../../support/app.ts';
import { type ChatInTerminal, type ChatOptions, chatInTerminal } from '../../support/chat-program.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { says } from '../../support/model-answers.ts';
import { temporaryFolder } from '../../support/server-process.ts';

// Each starts a program, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

async function begin(options: ChatOptions & { server?: AppOptions } = {}) {
  const server = await startLocalServer({
    answer: says('I see.'),
    ...options.server,
    env: { RECENT_TURNS: '0', ...options.server?.env },
  });
  const chat = chatInTerminal({ ...options, args: ['--url', server.url, ...(options.args ?? [])] });
  await chat.shows(READY);
  return { server, chat };
}

/** Nothing stands at the prompt. */
const READY = /\n›$/;

/** Types a line, and waits for what it brings and the prompt after it. */
async function ask(chat: ChatInTerminal, line: string, answer: string | RegExp): Promise<string> {
  const before = chat.text().length - 1;
  chat.enter(line);
  const since = () => chat.text().slice(before);
  await expect.poll(since).toMatch(answer);
  await expect.poll(since).toMatch(READY);
  return since();
}

const sessionOf = async ({ viewer }: Pick<LocalServer, 'viewer'>) => (await viewer.sessions()).nodes[0];

test('/why shows what a reply was based on; with memory off nothing is from memory, and on again it is', async () => {
  const { server, chat } = await begin();
  await ask(chat, 'My sister Ada plays the cello.', 'I see.');
  await ask(chat, 'What does Ada play, the cello?', /\d memor/);
  const withMemory = await ask(chat, '/why', 'Why this answer');
  expect(withMemory).toMatch(/Memory +█+/);
  expect(withMemory).toContain('“My sister Ada plays the cello.”');

  await ask(chat, '/memory off', 'Memory is off: nothing is recalled');
  expect(await sessionOf(server)).toMatchObject({ longTermMemory: false });
  await ask(chat, 'Does Ada play the cello well?', '· I see.');
  const without = await ask(chat, '/why', 'Why this answer');
  expect(without).not.toMatch(/Memory +█/);
  expect(without).toMatch(/! .*memory/i);

  await ask(chat, '/memory on', 'Memory is on');
  await ask(chat, 'Where does Ada play the cello?', 'I see.');
  expect(await ask(chat, '/why', 'Why this answer')).toMatch(/Memory +█+/);
  await ask(chat, '/memory', /[●○] \d+ (in memory|on the way)/);
});

test('a session can begin with memory off', async () => {
  const { server, chat } = await begin();
  await ask(chat, '/memory off', 'has memory off');
  await ask(chat, 'Between us.', '· I see.');

  expect(await sessionOf(server)).toMatchObject({ longTermMemory: false });
});

test('/documents add sends a file, waits until it is read, and links it', async () => {
  const { server, chat } = await begin();
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'plan.md'), '# Plan\n\nMornings belong to the draft.');
  writeFileSync(path.join(folder, 'song.mp3'), Buffer.from([0xff, 0xfb, 0x90, 0]));
  writeFileSync(path.join(folder, 'broken.pdf'), '%PDF-1.7 and nothing after it');

  await ask(chat, `/documents add '${folder}/plan.md'`, 'plan.md: 1 passage');
  const { documents } = await server.viewer.session((await sessionOf(server)).id, 'documents { filename status }');
  expect(documents).toEqual([{ filename: 'plan.md', status: 'READY' }]);

  await ask(chat, `/documents add ${folder}/song.mp3`, 'none of PDF, DOCX, HTML, Markdown and text');
  await ask(chat, `/documents add ${folder}/broken.pdf`, 'broken.pdf could not be read.');
  await ask(chat, '/documents add nowhere.md', 'There is no file');
  const list = await ask(chat, '/documents', '■ is linked');
  expect(list).toMatch(/■ plan\.md\n.*1 passage/);
  expect(list).toMatch(/□ broken\.pdf\n +could not be read/);

  await ask(chat, 'What belongs to the draft, mornings?', '1 passage');
});

test('/report writes a report as it comes', async () => {
  const { server, chat } = await begin({
    server: { model: 'offline' },
  });
  await ask(chat, 'I want to run a marathon in spring. My knee hurts when I run.', '›');
  const report = await ask(chat, '/report running', /• \[1\] Your message of/);

  const { id } = await sessionOf(server);
  const { nodes } = await server.viewer.messages(id);
  expect(nodes.at(-1)).toMatchObject({ type: 'REPORT', status: 'COMPLETE' });
  expect(report).toMatch(/\n {2}Sources\n/);
});

test('sessions are listed, opened by number or words, renamed, deleted and restored', async () => {
  const { server, chat } = await begin();
  await ask(chat, 'I cannot sleep.', 'I see.');
  await ask(chat, '/rename Nights', 'It is called “Nights” now.');
  await ask(chat, '/new', 'What is on your mind?');
  await ask(chat, 'My mornings vanish.', 'I see.');
  await ask(chat, '/rename Mornings', 'It is called “Mornings” now.');

  expect(await ask(chat, '/sessions', 'Nights')).toMatch(/1 {2}Mornings .*2 messages · here\n +2 {2}Nights /);
  expect(await ask(chat, '/open 2', 'You, ')).toContain('› I cannot sleep.');
  await ask(chat, '/open morn', '› My mornings vanish.');
  expect(await ask(chat, '/history', 'Coach, ')).toMatch(/› My mornings vanish\.\n\n {2}Coach, .*\n[○●] I see\./);

  await ask(chat, '/delete', '“Mornings” is deleted');
  expect((await server.viewer.sessions()).nodes.map(({ title }: { title: string }) => title)).toEqual(['Nights']);
  await ask(chat, '/history', 'begins with your next message');
  await ask(chat, '/restore', '› My mornings vanish.');
  expect((await server.viewer.sessions()).totalCount).toBe(2);
});

test('a command that does not exist is answered with the nearest, and a text that begins so can be sent', async () => {
  const { server, chat } = await begin();
  await ask(chat, '/sesions', 'Did you mean /sessions?');
  await ask(chat, '/xyzzy', '/help lists what there is.');
  expect((await server.viewer.sessions()).totalCount).toBe(0);

  await ask(chat, ' /etc is full.', 'I see.');
  const { nodes } = await server.viewer.messages((await sessionOf(server)).id);
  expect(nodes[0].content).toBe('/etc is full.');
});

test('limits are told with what to do, and what was not sent is at the prompt again', async () => {
  const { chat } = await begin({ server: { env: { MESSAGES_PER_MINUTE: '1' } } });
  await ask(chat, 'First.', 'I see.');
  chat.enter('Second.');
  await chat.shows(/Try again in \d+ seconds/);
  await chat.shows(/\n› Second\.$/);
});

test('without colours where NO_COLOR says so, and within 40 columns where there are no more', async () => {
  const { chat } = await begin({ columns: 40, env: { NO_COLOR: '1' } });
  await ask(chat, 'My sister Ada plays the cello in the evenings.', 'I see.');
  await ask(chat, 'What does Ada play, the cello?', /\d memor/);
  for (const command of ['/why', '/help', '/sessions', '/usage', '/memory', '/history', '/search cello']) {
    await ask(chat, command, READY);
  }

  expect(
    chat
      .text()
      .split('\n')
      .filter((line) => line.length > 40),
  ).toEqual([]);
  // What moves the cursor is no colour.
  expect(chat.bytes().match(COLOUR)).toBeNull();
  const help = chat.text().slice(chat.text().indexOf('/help'));
  expect(help).toMatch(/ {2}\/rename TITLE\n {6}give this session a title/);
});

const COLOUR = new RegExp(`${'\u001b'}\\[[\\d;]+m`);
