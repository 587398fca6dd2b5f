import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode } from '../errors.ts';
import { formatError } from '../graphql/format-error.ts';
import type { Logger } from '../logger.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  CONFLICT: 409,
  REPLY_IN_PROGRESS: 409,
  LIMIT_EXCEEDED: 429,
  MODEL_UNAVAILABLE: 503,
  SERVICE_UNAVAILABLE: 503,
};

export const statusOf = (code: unknown): number =>
  Object.entries(STATUS).find(([known]) => known === code)?.[1] ?? (code === 'INTERNAL_SERVER_ERROR' ? 500 : 400);

/** What fails outside of GraphQL, in the form of GraphQL: a body that is too large or no JSON, a bug in a route. */
export const answerError =
  (log: Logger) => (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply) => {
    const isClients = 'statusCode' in error && error.statusCode !== undefined && error.statusCode < 500;
    const code = isClients ? 'BAD_REQUEST' : undefined;
    const formatted = formatError(
      error,
      { message: error.message, extensions: { code } },
      { requestId: request.id, log },
    );
    const status = isClients ? error.statusCode : statusOf(formatted.extensions?.code);
    return reply.code(status ?? 400).send({ errors: [formatted] });
  };
