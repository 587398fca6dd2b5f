import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../parts/icon-button.tsx';
import { Popover } from '../parts/popover.tsx';
import { AttachList } from './attach-list.tsx';
import { useUploads } from './uploads.tsx';

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
          <AttachList
            sessionId={sessionId}
            onUpload={() => {
              close();
              input.current?.click();
            }}
          />
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

const focusFirst = (popover: HTMLElement) => popover.querySelector('button')?.focus();
