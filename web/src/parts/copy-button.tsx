import { Check, Copy } from 'lucide-react';
import { type ComponentProps, useEffect, useState } from 'react';
import { useAnnouncer } from './announcer.tsx';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

const SAID_MS = 2_000;

interface CopyButtonProps extends Omit<ComponentProps<typeof Button>, 'onClick'> {
  /** What is copied; made when it is asked for. */
  text: () => string;
}

/** Says for a moment that it was done. */
export function CopyButton({ text, children, kind = 'quiet', ...rest }: CopyButtonProps) {
  const [said, setSaid] = useState<string | null>(null);
  const { announce } = useAnnouncer();
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  async function copy() {
    const words = (await copyText(text())) ? 'Copied' : 'The browser does not allow it';
    setSaid(words);
    announce(words);
  }
  const Icon = said === 'Copied' ? Check : Copy;
  return (
    <Button kind={kind} onClick={() => void copy()} {...rest}>
      <Icon size={15} aria-hidden="true" />
      {said ?? children}
    </Button>
  );
}
