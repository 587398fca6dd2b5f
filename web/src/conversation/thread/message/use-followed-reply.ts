import { useEffect } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import type { Reply } from '../../../../../client/index.ts';
import { useReplyStream } from '../../../../../client/react/index.ts';
import { isRunning } from '../turns.ts';
import { useActions } from '../use-actions.ts';
import { useHeldFor } from './use-held-for.ts';

/** What a query holds follows the end of a reply within moments. */
const STALE_MS = 1_000;

/**
 * A reply while it is being written. Where its end was seen, and then an answer came that the server gave before, the session
 * is asked for again: nobody else would tell that the reply has ended.
 */
export function useFollowedReply(message: MessageFieldsFragment): Reply {
  const { refresh } = useActions();
  // One that cannot be followed to its end was deleted, or is not what it was.
  const reply = useReplyStream(message, ({ error }) => error !== undefined && refresh());
  const isStale = useHeldFor(reply.phase === 'ended' && isRunning(message), STALE_MS);
  useEffect(() => {
    if (isStale) refresh();
  }, [isStale, refresh]);
  return reply;
}
