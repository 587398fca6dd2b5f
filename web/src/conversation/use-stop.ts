import { useCallback, useEffect, useState } from 'react';
import { useCancelReplyMutation } from '../../../client/generated/hooks.ts';
import { useAnnouncer } from '../parts/announcer.tsx';

interface Stop {
  /** It was asked to stop, and has not yet. */
  isStopping: boolean;
  onStop(): void;
}

/** Stops the reply that is being written, whoever began it; also by Ctrl or ⌘ with a full stop, anywhere in the page. */
export function useStop(runningId: string | undefined): Stop {
  const [cancel] = useCancelReplyMutation();
  const { alarm } = useAnnouncer();
  const [stoppingId, setStoppingId] = useState<string>();

  const onStop = useCallback(() => {
    if (runningId === undefined) return;
    setStoppingId(runningId);
    cancel({ variables: { input: { messageId: runningId } } }).catch(() => {
      setStoppingId(undefined);
      alarm('The reply could not be stopped.');
    });
  }, [cancel, runningId, alarm]);

  useEffect(() => {
    const stopByKey = (event: KeyboardEvent) => {
      if (event.key !== '.' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      onStop();
    };
    document.addEventListener('keydown', stopByKey);
    return () => document.removeEventListener('keydown', stopByKey);
  }, [onStop]);

  return { isStopping: runningId !== undefined && stoppingId === runningId, onStop };
}
