import { type DestinationStream, pino } from 'pino';

/** One structured line an event: ids and counts, never content. `err` is the key of an error. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export function createLogger(level: (typeof logLevels)[number], destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } };
  return destination ? pino(options, destination) : pino(options);
}

/** Errors of ours, whose messages are sentences of ours. */
const OWN = new Set(['AppError', 'ModelError', 'LeaseLostError', 'UnfinishedError']);

/**
 * What went wrong and where. The message only of errors of our own: others quote what they stumbled over, as the database
 * does a statement with its values, the parser a text, an endpoint its answer; and what they quote somebody wrote.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { message, cause } = error;
  const name = nameOf(error);
  return {
    name,
    code: codeOf(error),
    message: OWN.has(name) ? message : undefined,
    causedBy: cause instanceof Error ? [nameOf(cause), codeOf(cause)].filter(Boolean).join(' ') : undefined,
    at: framesOf(error),
  };
}

const nameOf = ({ name }: Error): string => (/^\w{1,64}$/.test(name) ? name : 'Error');

/** A code is a word; anything else may be a text. */
function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

const FRAME = /^ {4}at (?:.{1,200} \()?(?:file:|node:|\/)[^()]{1,300}:\d+:\d+\)?$/;

/** The places on the stack, without the message, which stands before them and may have many lines. */
function framesOf({ message, stack = '' }: Error): string[] {
  const at = message === '' ? -1 : stack.indexOf(message);
  const lines = (at === -1 ? stack : stack.slice(at + message.length)).split('\n');
  return lines.filter((line) => FRAME.test(line)).map((line) => line.trim().slice('at '.length));
}
