import type { MessageType } from '../../../../../client/generated/graphql.ts';

interface StoredError {
  code: string;
  message: string;
  retryable: boolean;
}

interface Failure {
  title: string;
  explanation: string;
  /** Whether asking for the same again may work. */
  canRetry: boolean;
}

/** What became of a reply, in words for who waited for it. */
export function failureOf({ code, message, retryable }: StoredError, hasText: boolean, type: MessageType): Failure {
  const kept = hasText ? ' What was written is kept.' : '';
  const name = type === 'REPORT' ? 'report' : 'reply';
  const canRetry = retryable && type === 'CHAT';
  switch (code) {
    case 'INTERRUPTED':
      return {
        title: `The ${name} was cut off`,
        explanation: `The server stopped while it was written.${kept}`,
        canRetry,
      };
    case 'MODEL_UNAVAILABLE':
    case 'TIMEOUT':
      return {
        title: hasText ? `The ${name} was cut off` : 'The model did not answer',
        explanation: `${message}${kept}`,
        canRetry,
      };
    case 'MODEL_REFUSED':
      return {
        title: 'The model declined to answer this',
        explanation: `Ask it in another way.${kept}`,
        canRetry: false,
      };
    case 'BUDGET_EXCEEDED':
      return { title: 'This is too long for the model', explanation: `${message}${kept}`, canRetry };
    default:
      return { title: `The ${name} was cut off`, explanation: `${message}${kept}`, canRetry };
  }
}
