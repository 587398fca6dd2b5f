import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Subscribe } from '../follow-reply.ts';
import { openReply, type Reply, type ReplyMessage } from '../reply.ts';
import { ReplyStore } from './reply-store.ts';

/** What carries replies to the components below: `<Transport value={subscribe}>`. The same `subscribe` for as long as it is shown. */
export const Transport = createContext<Subscribe | null>(null);

const stores = new WeakMap<Subscribe, ReplyStore>();

/**
 * A message while it is being written: renders at most once a frame, over one connection however many components look at
 * the same reply. A message that has ended is shown as it is and opens nothing.
 *
 * @param message as a query returned it
 * @param onEnd called once, when the reply ends while the component is there; not for messages that had ended before
 * @throws outside of a `<Transport>`
 */
export function useReplyStream(message: ReplyMessage, onEnd?: (reply: Reply) => void): Reply {
  const subscribe = useContext(Transport);
  if (!subscribe) throw new Error('useReplyStream needs a <Transport> above it.');
  const store = storeOf(subscribe);
  const { id, content } = message;
  const isOpen = message.status === 'PENDING' || message.status === 'STREAMING';
  const atRest = useMemo<Reply>(
    () => (isOpen ? openReply(id, content) : { messageId: id, text: content, phase: 'ended', message }),
    [isOpen, id, content, message],
  );

  const latest = useRef({ content, onEnd });
  useLayoutEffect(() => {
    latest.current = { content, onEnd };
  });
  // A query may know of the end first. While the component still watches, which it leaves in a later effect.
  useLayoutEffect(() => {
    if (!isOpen) store.end(message);
  }, [store, isOpen, message]);

  const watch = useCallback(
    (onChange: () => void) => {
      if (!isOpen) return () => {};
      return store.watch(id, latest.current.content, {
        onChange,
        get onEnd() {
          return latest.current.onEnd;
        },
      });
    },
    [store, id, isOpen],
  );
  const read = () => (isOpen ? store.get(id, content) : undefined) ?? atRest;
  return useSyncExternalStore(watch, read, read);
}

function storeOf(subscribe: Subscribe): ReplyStore {
  const known = stores.get(subscribe);
  if (known) return known;
  const store = new ReplyStore(subscribe);
  stores.set(subscribe, store);
  return store;
}
