/**
 * A generator that its consumer can leave at any time: `signal` aborts as soon as `return()` is called, also while the
 * generator waits. A plain async generator answers `return()` only after its pending await, which may never settle.
 */
export function untilLeft<T>(
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const leaving = new AbortController();
  const generator = run(leaving.signal);
  const leave = generator.return.bind(generator);
  generator.return = (value) => {
    leaving.abort();
    return leave(value);
  };
  return generator;
}
