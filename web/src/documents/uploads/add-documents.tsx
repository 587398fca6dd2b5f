import { ClipboardPaste, Plus, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Menu } from '../../parts/menu.tsx';
import { AddText } from './add-text.tsx';
import { useUploads } from './uploads.tsx';

export function AddDocuments() {
  const { queue } = useUploads();
  const input = useRef<HTMLInputElement>(null);
  const [isWriting, setWriting] = useState(false);
  return (
    <>
      <Menu
        label="Add documents"
        trigger={(button) => (
          <Button kind="primary" {...button}>
            <Plus size={16} aria-hidden="true" />
            Add
          </Button>
        )}
        items={[
          { name: 'Upload files…', icon: Upload, run: () => input.current?.click() },
          { name: 'Paste a text…', icon: ClipboardPaste, run: () => setWriting(true) },
        ]}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={({ target }) => {
          queue.add([...(target.files ?? [])], 'library');
          // The same file can be chosen again.
          target.value = '';
        }}
      />
      {isWriting && <AddText onClose={() => setWriting(false)} />}
    </>
  );
}
