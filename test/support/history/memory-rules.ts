import type { StoredMessage } from '../history.ts';
import type { Evidence } from './evidence.ts';

/** Each message that memory covers is in it once and whole, no other is, and no work is left. */
export function* memory({ final }: Evidence): Generator<string> {
  if (final.jobs > 0) yield `Memory: ${final.jobs} jobs are left.`;
  if (final.parts > 0) yield `Memory: ${final.parts} pieces of replies are left.`;
  // What memory keeps of a session that was removed is its own affair, as long as nobody finds it.
  for (const { messages } of final.sessions.filter(({ isActive }) => isActive))
    for (const message of messages) yield* remembered(message);
}

function* remembered(message: StoredMessage): Generator<string> {
  const { id, chunks, text } = message;
  if (!isCovered(message)) {
    if (chunks.length > 0) yield `Memory: message ${id} (${message.status}) is in memory, and is not to be.`;
    return;
  }
  const inOrder = chunks.toSorted((one, other) => one.position - other.position);
  const positions = inOrder.map(({ position }) => position);
  if (chunks.length === 0) yield `Memory: message ${id} is not in memory.`;
  else if (positions.some((position, at) => position !== at))
    yield `Memory: message ${id} has the chunks ${positions.join(', ')}.`;
  else if (lettersOf(inOrder.map((chunk) => chunk.text).join('')) !== lettersOf(text))
    yield `Memory: the chunks of message ${id} do not come to its text.`;
  if (chunks.some(({ isEmbedded }) => !isEmbedded)) yield `Memory: message ${id} is not embedded.`;
}

const isCovered = ({ role, status, text, isSuperseded, isForgotten }: StoredMessage): boolean =>
  !isSuperseded &&
  !isForgotten &&
  lettersOf(text) !== '' &&
  (role === 'USER' || status === 'COMPLETE' || status === 'CANCELLED');

/** Chunks are trimmed. */
const lettersOf = (text: string): string => text.replaceAll(/\s/gu, '');
