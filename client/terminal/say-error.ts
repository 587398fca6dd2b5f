import { isRefused } from '../error-codes.ts';
import { ApiError, GivenUpError, isAway, ServerAwayError } from './api.ts';
import { cleanLine } from './clean-text.ts';
import { thousands } from './count.ts';

/** What went wrong, and what to do about it, in plain words. */
export function sayError(error: unknown, url: string): string {
  if (isRefused(error)) return TOKEN;
  if (error instanceof ServerAwayError)
    return `The server at ${url} does not answer. Is it running? Try again when it is.`;
  if (error instanceof GivenUpError) return 'Not waited for any longer.';
  if (error instanceof ApiError) return ofCode(error, url);
  return cleanLine(error instanceof Error ? error.message : String(error));
}

const TOKEN =
  'The server wants to know who you are. Give a valid token with --token or CARRYOVER_TOKEN; on the server, npm run token -- NAME makes one.';

function ofCode(error: ApiError, url: string): string {
  const { code, details } = error;
  const message = cleanLine(error.message);
  if (isAway(error)) return `The server at ${url} cannot answer now: ${message}`;
  if (code === 'UNAUTHENTICATED') return TOKEN;
  if (code === 'LIMIT_EXCEEDED') return message;
  if (code === 'BUDGET_EXCEEDED') return tooLong(details, message);
  if (code === 'MODEL_UNAVAILABLE') return `${message} Choose another model for the session, or another server.`;
  if (code === 'TOO_LARGE' || code === 'UNSUPPORTED_TYPE') return message;
  if (code === 'BAD_USER_INPUT') return [message, ...fieldsOf(details)].join(' ');
  return message;
}

function tooLong({ tokens, budgetTokens }: ApiError['details'], message: string): string {
  if (typeof tokens !== 'number' || typeof budgetTokens !== 'number') return message;
  const over = thousands(tokens - budgetTokens);
  return `Too long by ${over} tokens: ${thousands(tokens)} where ${thousands(budgetTokens)} fit. Send less at once.`;
}

const fieldsOf = ({ fields }: ApiError['details']): string[] =>
  typeof fields === 'object' && fields !== null
    ? Object.entries(fields).map(([name, fault]) => `${name}: ${cleanLine(String(fault))}`)
    : [];

interface ReplyFault {
  code: string;
  message: string;
  retryable: boolean;
}

/** Why a reply failed, and what can be done. @param again how to have it written again */
export function sayReplyError({ code, message, retryable }: ReplyFault, again: string): string {
  const what = {
    INTERRUPTED: 'The reply was cut off: the server stopped while it was being written.',
    MODEL_UNAVAILABLE: 'The model did not answer.',
    TIMEOUT: 'The model did not answer in time.',
    MODEL_REFUSED: 'The model declined to answer this. Ask in other words.',
  }[code];
  return `${what ?? cleanLine(message)}${retryable ? ` ${again}` : ''}`;
}
