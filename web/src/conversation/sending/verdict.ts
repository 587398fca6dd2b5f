/** Why a message was not taken, in words for who wrote it. */
export interface Refusal {
  code: string;
  title: string;
  explanation: string;
  /** When sending opens again, in milliseconds since 1970; null where waiting does not help, or nobody knows. */
  opensAt: number | null;
}

/**
 * AWAY: nothing answered, or nothing that could: the same may work in a moment. WAIT: another reply is being written.
 * REFUSED: this text, or now, it will not work.
 */
export type Verdict = { kind: 'AWAY' } | { kind: 'WAIT'; replyId: string } | { kind: 'REFUSED'; refusal: Refusal };

/** Codes that say nothing about the message. */
const OF_THE_SERVER = new Set(['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'UNAUTHENTICATED']);

/** What an error of `sendMessage` or `retryReply` means. */
export function verdictOn(error: unknown, now = Date.now()): Verdict {
  const extensions = extensionsOf(error);
  const code = typeof extensions?.code === 'string' ? extensions.code : null;
  if (extensions === null || code === null || OF_THE_SERVER.has(code)) return { kind: 'AWAY' };
  if (code === 'REPLY_IN_PROGRESS' && typeof extensions.replyId === 'string') {
    return { kind: 'WAIT', replyId: extensions.replyId };
  }
  const seconds = extensions.retryAfterSeconds;
  const opensAt = typeof seconds === 'number' ? now + seconds * 1000 : null;
  return { kind: 'REFUSED', refusal: { code, ...wordsFor(code, extensions, messageOf(error)), opensAt } };
}

function wordsFor(
  code: string,
  extensions: Record<string, unknown>,
  message: string,
): Omit<Refusal, 'code' | 'opensAt'> {
  const { tokens, budgetTokens, fields } = extensions;
  switch (code) {
    case 'BUDGET_EXCEEDED': {
      const isKnown = typeof tokens === 'number' && typeof budgetTokens === 'number';
      const excess = isKnown ? ` by ${(tokens - budgetTokens).toLocaleString()} tokens` : '';
      return { title: `This is too long${excess}`, explanation: 'Shorten it, or send it in parts. Your text is kept.' };
    }
    case 'LIMIT_EXCEEDED':
      return wordsForLimit(extensions.limit, message);
    case 'BAD_USER_INPUT':
      return { title: 'This cannot be sent as it is', explanation: firstField(fields) ?? message };
    case 'NOT_FOUND':
      return {
        title: 'This session is not there any more',
        explanation: 'Your text is kept. Begin a new session with it.',
      };
    default:
      return { title: 'This was not sent', explanation: message };
  }
}

function wordsForLimit(limit: unknown, message: string): Omit<Refusal, 'code' | 'opensAt'> {
  // A countdown says the rest, and better.
  if (limit === 'messagesPerMinute') return { title: 'You have sent the messages of this minute', explanation: '' };
  if (limit === 'tokensPerDay') return { title: 'Your tokens of today are used up', explanation: message };
  return { title: 'This is beyond a limit of the server', explanation: message };
}

function firstField(fields: unknown): string | null {
  if (typeof fields !== 'object' || fields === null) return null;
  const first: unknown = Object.values(fields)[0];
  return typeof first === 'string' ? `${first.charAt(0).toUpperCase()}${first.slice(1)}.`.replace(/\.\.$/, '.') : null;
}

function firstErrorOf(error: unknown): object | null {
  if (typeof error !== 'object' || error === null) return null;
  const first: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error;
  return typeof first === 'object' ? first : null;
}

function extensionsOf(error: unknown): Record<string, unknown> | null {
  const first = firstErrorOf(error);
  const extensions = first && 'extensions' in first ? first.extensions : null;
  return typeof extensions === 'object' && extensions !== null ? { ...extensions } : null;
}

function messageOf(error: unknown): string {
  const first = firstErrorOf(error);
  return first && 'message' in first ? String(first.message) : '';
}
