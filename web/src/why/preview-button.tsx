import { ScanEye } from 'lucide-react';
import { IconButton } from '../parts/icon-button.tsx';
import { openDraft } from './use-why.ts';

interface PreviewButtonProps {
  sessionId: string;
  /** What stands in the composer. */
  text: string;
}

/** Beside the composer: what the model would be given, were this sent now. */
export function PreviewButton({ sessionId, text }: PreviewButtonProps) {
  return (
    <IconButton
      label="What would be sent"
      icon={ScanEye}
      disabled={text.trim() === ''}
      onClick={() => openDraft({ sessionId, content: text })}
    />
  );
}
