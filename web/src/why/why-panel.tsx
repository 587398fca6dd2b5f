import { useReplyPromptQuery } from '../../../client/generated/hooks.ts';
import { useWhy } from './use-why.ts';

/** What the model was given for one reply. */
export function WhyPanel() {
  const { messageId, close } = useWhy();
  return messageId && <Panel key={messageId} messageId={messageId} onClose={close} />;
}

function Panel({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const { data } = useReplyPromptQuery({ variables: { id: messageId } });
  return (
    <aside data-panel aria-label="Why this answer">
      <h2>Why this answer</h2>
      <button type="button" onClick={onClose}>
        Close
      </button>
      <p>{data?.chatMessage?.prompt?.usedTokens} tokens</p>
    </aside>
  );
}
