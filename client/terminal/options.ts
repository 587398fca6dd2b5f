import { parseArgs } from 'node:util';

export interface Options {
  /** Null: where `npm start` would listen. */
  url: string | null;
  token: string | null;
  /** The session to go on with. */
  sessionId: string | null;
  isNew: boolean;
  isColoured: boolean;
  isHelp: boolean;
}

/** What the caller got wrong on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Talk to the coach from a terminal.

  npm run chat                             go on with the latest session
  npm run chat -- --new                    begin another
  npm run chat -- --session ID             go on with this one
  echo "…" | npm run chat -- --session ID  send one message, print the reply

Options
  --session ID   the session to go on with; without it a pipe begins a new one
  --new          begin a new session with the first message
  --url URL      the server; else CARRYOVER_URL, else where npm start listens.
                 With none running there, chat starts one of its own.
  --token TOKEN  who you are, where the server asks; else CARRYOVER_TOKEN
  --no-color     no colours; NO_COLOR does the same
  --help         this

In a pipe the reply's text alone goes to stdout. Exit codes: 0 the reply is
complete, 1 it failed, 2 wrong usage, 130 stopped with Ctrl-C.`;

/** @throws UsageError */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parse(args);
  const url = values.url ?? env.CARRYOVER_URL?.trim();
  if (positionals.length > 0) {
    throw new UsageError(`A message is typed, or comes through a pipe; “${positionals[0]}” is not an option.`);
  }
  if (values.session !== undefined && values.new) throw new UsageError('Either --session or --new, not both.');
  if (values.session !== undefined && values.session.trim() === '') throw new UsageError('--session needs an ID.');
  return {
    url: url ? serverUrl(url) : null,
    token: values.token ?? (env.CARRYOVER_TOKEN?.trim() || null),
    sessionId: values.session?.trim() ?? null,
    isNew: values.new,
    isColoured: !values['no-color'] && !env.NO_COLOR && env.TERM !== 'dumb',
    isHelp: values.help,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        session: { type: 'string' },
        new: { type: 'boolean', default: false },
        'no-color': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Without a slash at its end, nor the path of GraphQL. */
function serverUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${text} is not an address of a server, as http://127.0.0.1:4000 is.`);
  }
  return `${url.origin}${url.pathname.replace(/\/(graphql\/?)?$/, '')}`;
}
