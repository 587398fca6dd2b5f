/** Ctrl-C under npm comes twice at once, from the terminal and from npm: that is one wish. */
const SAME_WISH_MS = 300;

/** Where Ctrl-C goes: to what runs now. */
export interface Interrupts {
  /** Somebody pressed Ctrl-C, or the process was sent SIGINT. */
  raise(): void;
  /** Until the returned function is called, Ctrl-C goes to `onInterrupt`. The latest comes first. */
  listen(onInterrupt: () => void): () => void;
  /** Whether there ever was one. */
  readonly wasRaised: boolean;
}

/** @param otherwise when nothing listens */
export function createInterrupts(otherwise: () => void): Interrupts {
  const listeners: (() => void)[] = [];
  let raisedAt: number | null = null;
  return {
    raise() {
      const isSame = raisedAt !== null && performance.now() - raisedAt < SAME_WISH_MS;
      if (isSame) return;
      raisedAt = performance.now();
      const listener = listeners.at(-1) ?? otherwise;
      listener();
    },
    listen(onInterrupt) {
      listeners.push(onInterrupt);
      return () => void listeners.splice(listeners.indexOf(onInterrupt), 1);
    },
    get wasRaised() {
      return raisedAt !== null;
    },
  };
}
