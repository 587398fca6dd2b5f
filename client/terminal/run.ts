import { createApi } from './api.ts';
import { type Chat, openChat } from './chat.ts';
import { completions } from './commands.ts';
import { findServer, type Server } from './find-server.ts';
import { greet, ownServerNote } from './greet.ts';
import { createInterrupts, type Interrupts } from './interrupts.ts';
import { showCursor } from './live-area.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { sendPiped } from './piped.ts';
import { openPrompt } from './prompt.ts';
import { sayError } from './say-error.ts';
import { withStatus } from './status.ts';
import { openSocket } from './subscribe.ts';
import { talk } from './talk.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const INTERRUPTED = 130;
const WRONG_USAGE = 2;

/** The program. @returns its exit code */
export async function run(program: NodeJS.Process): Promise<number> {
  let options: Options;
  try {
    options = readOptions(program.argv.slice(2), program.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    program.stderr.write(`${error.message} See npm run chat -- --help\n`);
    return WRONG_USAGE;
  }
  if (options.isHelp) {
    program.stdout.write(`${USAGE}\n`);
    return 0;
  }
  return serveAndTalk(program, options);
}

async function serveAndTalk(program: NodeJS.Process, options: Options): Promise<number> {
  const terminal = openTerminal(program, options.isColoured, program.env.TERM);
  const interrupts = createInterrupts(() => program.exit(INTERRUPTED));
  program.on('SIGINT', () => interrupts.raise());
  program.once('exit', () => terminal.isLive && program.stdout.write(showCursor));
  let server: Server | null = null;
  try {
    const find = () => findServer(options.url, program.env);
    server = await withStatus(terminal, () => 'Starting…', find);
    const code = await Promise.race([talkTo(server, { terminal, interrupts, options }), toldToLeave(program)]);
    return interrupts.wasRaised && !terminal.isInteractive ? INTERRUPTED : code;
  } catch (error) {
    terminal.warn(sayError(error, server?.url ?? ''));
    if (interrupts.wasRaised) return INTERRUPTED;
    return error instanceof UsageError ? WRONG_USAGE : 1;
  } finally {
    await stop(server, terminal, interrupts);
  }
}

interface Talk {
  terminal: Terminal;
  interrupts: Interrupts;
  options: Options;
}

async function talkTo(server: Server, { terminal, interrupts, options }: Talk): Promise<number> {
  const { token } = options;
  const socket = openSocket(server.url, token);
  const chat = openChat({ api: createApi({ url: server.url, token, interrupts }), socket, terminal, interrupts });
  try {
    if (terminal.isInteractive) return await talkAtPrompt(chat, server, options);
    if (server.own) terminal.tell(ownServerNote(server.own));
    return await sendPiped(chat, options.sessionId);
  } finally {
    await socket.close();
  }
}

async function talkAtPrompt(chat: Chat, server: Server, options: Options): Promise<number> {
  const { terminal, interrupts } = chat;
  const prompt = openPrompt(terminal, { complete: completions, onInterrupt: () => interrupts.raise() });
  try {
    await greet(chat, server, options);
    await talk(chat, prompt);
    terminal.tell('', terminal.style.quiet('  Until next time. npm run chat goes on from here.'));
    return 0;
  } finally {
    prompt.close();
  }
}

/** Told to end, or nobody reads any more: a reply that is being written goes on at the server. */
function toldToLeave(program: NodeJS.Process): Promise<number> {
  return new Promise((resolve) => {
    program.once('SIGTERM', () => resolve(143));
    program.once('SIGHUP', () => resolve(129));
    program.stdout.on('error', () => resolve(0));
    program.stderr.on('error', () => resolve(0));
  });
}

/** A server of our own lets running replies end first; whoever cannot wait presses Ctrl-C. */
async function stop(server: Server | null, terminal: Terminal, interrupts: Interrupts): Promise<void> {
  if (!server?.own) return;
  const { own } = server;
  let hurry: () => void = () => undefined;
  const hurried = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  const release = interrupts.listen(() => hurry());
  await withStatus(
    terminal,
    () => 'Closing…',
    () => Promise.race([own.stop(), hurried]),
  );
  release();
}
