import { APIError } from 'openai';
import { asModelError } from './openai-errors.ts';

const MAX_RETRIES = 2;

/** Who has to wait longer is told so instead. */
const LONGEST_WAIT_MS = 5000;

/**
 * How long to wait before the next attempt; null when there should be none.
 *
 * @param retries as many were made already
 */
export function retryDelayMs(error: unknown, retries: number, firstRetryMs: number): number | null {
  const problem = asModelError(error);
  if (!problem.retryable || problem.code !== 'MODEL_UNAVAILABLE' || retries >= MAX_RETRIES) return null;
  const asked = error instanceof APIError ? retryAfterMs(error.headers) : null;
  if (asked !== null) return asked <= LONGEST_WAIT_MS ? asked : null;
  return firstRetryMs * 2 ** retries * (0.5 + Math.random() / 2);
}

/** Of Retry-After, in seconds or as a date, or of OpenAI's own in milliseconds. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const ms = headers?.get('retry-after-ms');
  if (ms) return amountOf(Number(ms));
  const value = headers?.get('retry-after');
  if (!value) return null;
  return amountOf(Number.isNaN(Number(value)) ? Date.parse(value) - Date.now() : Number(value) * 1000);
}

const amountOf = (ms: number) => (Number.isNaN(ms) ? null : Math.max(0, ms));
