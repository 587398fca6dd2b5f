/**
 * What `map` makes of each event of `source`, one at a time. An `async function*` would answer `return()` only after the
 * event it waits for; this one hands it to the source at once, and gives nothing more.
 */
export function mapEvents<T, R>(
  source: AsyncIterator<T>,
  map: (event: T) => R | Promise<R>,
): AsyncGenerator<R, void, void> {
  let isLeft = false;
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    isLeft = true;
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isLeft) return { done: true, value: undefined };
      const event = await source.next();
      if (event.done) return { done: true, value: undefined };
      try {
        const value = await map(event.value);
        return isLeft ? { done: true, value: undefined } : { done: false, value };
      } catch (error) {
        await leave();
        throw error;
      }
    },
    return: leave,
    async throw(error) {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await leave();
    },
  };
}
