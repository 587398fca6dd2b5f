/** Why the server does not have a file. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  /** Whether the same file may be taken another time. */
  readonly canRetry: boolean;
  /** When the server asks for it again; null: it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, canRetry: boolean, retryAfterMs: number | null = null) {
    super(message);
    this.canRetry = canRetry;
    this.retryAfterMs = retryAfterMs;
  }
}
