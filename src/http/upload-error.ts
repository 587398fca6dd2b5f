import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { formatError } from '../graphql/format-error.ts';
import type { Logger } from '../logger.ts';
import { statusOf } from './answer-error.ts';

const CODES = { 400: 'BAD_REQUEST', 413: 'TOO_LARGE', 415: 'UNSUPPORTED_TYPE' } as const;

/** What GraphQL has no code for. */
export class UploadError extends Error {
  override readonly name = 'UploadError';
  readonly statusCode: keyof typeof CODES;

  constructor(statusCode: keyof typeof CODES, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** What fails with a file, as `{"error": {"code", "message"}}`. */
export const answerUploadError =
  (log: Logger) => (error: FastifyError | UploadError | AppError, request: FastifyRequest, reply: FastifyReply) => {
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (!(error instanceof AppError) && status < 500) {
      const code = Object.entries(CODES).find(([known]) => Number(known) === status)?.[1] ?? 'BAD_REQUEST';
      return reply.code(status).send({ error: { code, message: error.message } });
    }
    const { message, extensions } = formatError(error, { message: error.message }, { requestId: request.id, log });
    const { code, retryAfterSeconds } = extensions ?? {};
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    return reply.code(statusOf(code)).send({ error: { code, message } });
  };
