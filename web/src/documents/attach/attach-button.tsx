import { Paperclip } from 'lucide-react';
import { Suspense, useRef } from 'react';
import { IconButton } from '../../parts/icon-button.tsx';
import { lazily } from '../../parts/lazily.ts';
import { Popover } from '../../parts/popover.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useUploads } from '../uploads/uploads.tsx';

// What it shows is not needed for a conversation.
const AttachList = lazily(() => import('./attach-list.tsx'));

/** The composer's paper clip: files and documents for a session. @param sessionId null: for the one that is about to begin */
export function AttachButton({ sessionId }: { sessionId: string | null }) {
  const { queue } = useUploads();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Popover
        label="Documents for this session"
        align="start"
        onOpen={focusFirst}
        trigger={(button) => <IconButton label="Attach documents" icon={Paperclip} {...button} />}
      >
        {(close) => (
          <Suspense fallback={<Skeleton lines={3} />}>
            <AttachList
              sessionId={sessionId}
              onUpload={() => {
                close();
                input.current?.click();
              }}
            />
          </Suspense>
        )}
      </Popover>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files for this session"
        onChange={({ target }) => {
          queue.add([...(target.files ?? [])], sessionId === null ? 'new-session' : { sessionId });
          // The same file can be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}

/** Where it is there by then; what is loaded first takes the focus itself. */
const focusFirst = (popover: HTMLElement) => popover.querySelector('button')?.focus();
