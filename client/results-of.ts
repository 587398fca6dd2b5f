/** Where clients of GraphQL put what a subscription yields. */
export interface Sink<T> {
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

/** What is put into a sink, in order, until that ends or `signal` aborts. */
export async function* resultsOf<T>(
  subscribe: (sink: Sink<T>) => () => void,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const pending: T[] = [];
  let end: { error?: unknown } | null = null;
  let wake = () => {};
  const finish = (how: { error?: unknown }) => {
    end ??= how;
    wake();
  };
  const next = (value: T) => {
    pending.push(value);
    wake();
  };
  const leave = () => finish({});
  const dispose = subscribe({ next, error: (error) => finish({ error }), complete: leave });
  signal.addEventListener('abort', leave);
  try {
    while (!signal.aborted) {
      yield* pending.splice(0);
      if (pending.length > 0) continue;
      if (end) return throwIfError(end);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', leave);
    dispose();
  }
}

function throwIfError(end: { error?: unknown }): void {
  if ('error' in end) throw end.error;
}
