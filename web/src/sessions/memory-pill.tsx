import type { ChatSessionQuery } from '../../../client/generated/graphql.ts';

type Session = NonNullable<ChatSessionQuery['chatSession']>;

/** How much of the session is in long-term memory. */
export function MemoryPill({ session: { longTermMemory, memory } }: { session: Session }) {
  return (
    <span>
      Memory {longTermMemory ? `on ${memory.indexed}/${memory.indexed + memory.pending + memory.failed}` : 'off'}
    </span>
  );
}
