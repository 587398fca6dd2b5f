import { useEffect, useRef } from 'react';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { counted } from '../../parts/words.ts';
import type { Upload } from './upload-queue.ts';

/** Says when files begin to go, are half there, or have not come. That one has come is said where it is known. */
export function useUploadAnnouncements(uploads: readonly Upload[]): void {
  const { announce, alarm } = useAnnouncer();
  const said = useRef({ lastId: 0, ofBatch: 0, isHalf: false, failed: new Set<number>() });

  useEffect(() => {
    const before = said.current;
    for (const { id, file, state } of uploads) {
      if (state.is === 'failed' && !before.failed.has(id)) alarm(`${file.name} was not uploaded. ${state.reason}`);
      if (state.is === 'failed') before.failed.add(id);
      else before.failed.delete(id);
    }

    const fresh = uploads.filter(({ id }) => id > before.lastId);
    const going = uploads.filter(({ state }) => state.is === 'waiting' || state.is === 'sending');
    if (fresh.length > 0) {
      before.lastId = fresh.at(-1)?.id ?? before.lastId;
      before.ofBatch += fresh.length;
      before.isHalf = false;
      return announce(`Uploading ${fresh.length === 1 ? fresh[0]?.file.name : counted(fresh.length, 'file')}.`);
    }
    if (going.length === 0) before.ofBatch = 0;
    else if (!before.isHalf && left(going) <= before.ofBatch / 2) {
      before.isHalf = true;
      announce('Half of it is uploaded.');
    }
  }, [uploads, announce, alarm]);
}

/** In files. */
const left = (going: readonly Upload[]): number =>
  going.reduce((sum, { state }) => sum + (state.is === 'sending' ? 1 - state.part : 1), 0);
