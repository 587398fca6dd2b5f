import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { chatInPipe, chatInTerminal } from '../../support/chat-program.ts';
import { freePort } from '../../support/free-port.ts';
import { rowsOf, startServer, temporaryFolder } from '../../support/server-process.ts';

// Each starts two programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

async function place() {
  const file = path.join(temporaryFolder(), 'carryover.db');
  return { file, env: { DATABASE_URL: `sqlite:${file}`, PORT: String(await freePort()) } };
}

test('with no server running it starts one over the same data, says so, and leaves it in good order', async () => {
  const { file, env } = await place();
  const chat = chatInTerminal({ env });
  await chat.shows(/No server was running, so this is one of its own[\s\S]*carryover\.db/);
  await chat.shows('No model is connected. The built-in responder answers by rules');
  expect(await (await fetch(`http://127.0.0.1:${env.PORT}/`)).text()).toContain('<title>Carryover</title>');
  chat.enter('I want to run a marathon in spring.');
  await chat.shows(/○ [\s\S]+\n\n›$/);
  chat.enter('/quit');
  expect(await chat.exited).toBe(0);

  const rows = rowsOf(file, 'select role, status from chat_message order by seq');
  expect(rows.map(({ status }) => status)).toHaveLength(2);
  const server = await startServer({ env });
  const { nodes } = await server.viewer.sessions();
  expect(nodes).toMatchObject([{ messageCount: 2 }]);
  expect((await server.viewer.messages(nodes[0].id)).nodes.at(-1)).toMatchObject({ status: 'COMPLETE' });
});

test('in a pipe it starts one as well, and says so beside the reply', async () => {
  const { env } = await place();
  const { code, stdout, stderr } = await chatInPipe('I want to run a marathon in spring.', { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/marathon/i);
  expect(stderr).toContain('No server was running');
});

test('a server that runs where npm start would listen is used', async () => {
  const { env } = await place();
  const server = await startServer({ env });
  const { code, stderr } = await chatInPipe('I want to run a marathon in spring.', { env });

  expect(code).toBe(0);
  expect(stderr).not.toContain('No server was running');
  expect((await server.viewer.sessions()).totalCount).toBe(1);
});

test('where another process has the database and answers elsewhere, it says how to find that', async () => {
  const { env } = await place();
  await startServer({ env: { ...env, PORT: '0' } });
  const { code, stderr } = await chatInPipe('Hello.', { env });

  expect(code).toBe(1);
  expect(stderr).toContain('--url http://127.0.0.1:PORT');
});
