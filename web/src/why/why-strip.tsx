import { useWhy } from './use-why.ts';

/** Under a reply: in short, what it was based on. */
export function WhyStrip({ messageId }: { messageId: string }) {
  const { open } = useWhy();
  return (
    <button type="button" onClick={() => open(messageId)}>
      Why this answer
    </button>
  );
}
