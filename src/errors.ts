export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'REPLY_IN_PROGRESS'
  | 'LIMIT_EXCEEDED'
  | 'BUDGET_EXCEEDED'
  | 'MODEL_UNAVAILABLE'
  | 'SERVICE_UNAVAILABLE'
  | 'QUERY_TOO_COMPLEX';

/** What a client may be told: `code` and `message` reach it as they are, `details` as further extensions. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** A BAD_USER_INPUT that names the field at fault, as class-validator's errors do. */
export const invalid = (field: string, message: string) =>
  new AppError('BAD_USER_INPUT', 'Some fields are not valid.', { fields: { [field]: message } });
