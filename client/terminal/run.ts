import { createApi } from './api.ts';
import { type Chat, openChat } from './chat.ts';
import { completions } from './commands.ts';
import { findServer, type Server } from './find-server.ts';
import { greet, ownServerNote } from './greet.ts';
import { createInterrupts, type Interrupts } from './interrupts.ts';
import { SHOW_CURSOR } from './live-area.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { sendPiped } from './piped.ts';
import { openPrompt, PASTE_OFF } from './prompt.ts';
import { sayError } from './say-error.ts';
import { withStatus } from './status.ts';
import { openSocket } from './subscribe.ts';
import { talk } from './talk.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const INTERRUPTED = 130;
const TERMINATED = 143;
const HUNG_UP = 129;
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
  const { promise: leaving, resolve: leave } = Promise.withResolvers<number>();
  let server: Server | null = null;
  let isLeaving = false;
  const interrupts = createInterrupts(() => {
    if (!server || isLeaving) program.exit(INTERRUPTED);
    isLeaving = true;
    leave(INTERRUPTED);
  });
  program.on('SIGINT', () => interrupts.raise());
  leaveWhenTold(program, leave);
  program.once('exit', () => terminal.isLive && program.stdout.write(SHOW_CURSOR + PASTE_OFF));
  try {
    const find = () => findServer(options.url, program.env);
    server = await withStatus(terminal, () => 'Starting…', find);
    const code = await Promise.race([talkTo(server, { terminal, interrupts, options }), leaving]);
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
    socket.close();
  }
}

async function talkAtPrompt(chat: Chat, server: Server, options: Options): Promise<number> {
  const { terminal, interrupts } = chat;
  const prompt = openPrompt(terminal, { complete: completions, onInterrupt: () => interrupts.raise() });
  try {
    await greet(chat, server, options);
    await talk(chat, prompt);
    sayGoodbye(chat);
    return 0;
  } finally {
    prompt.close();
  }
}

function sayGoodbye({ terminal: { tell, style }, session }: Chat): void {
  tell('', style.quiet('  Until next time.'));
  if (session) tell(style.quiet(`  To go on here: npm run chat -- --session ${session.id}`));
}

/** Told to end, or nobody reads any more: a reply that is being written goes on at the server. */
function leaveWhenTold(program: NodeJS.Process, leave: (code: number) => void): void {
  program.once('SIGTERM', () => leave(TERMINATED));
  program.once('SIGHUP', () => leave(HUNG_UP));
  program.stdout.on('error', () => leave(0));
  program.stderr.on('error', () => leave(0));
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
