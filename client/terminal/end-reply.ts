import { ChatSessionDocument, type ManifestFieldsFragment, ReplyPromptDocument } from '../generated/graphql.ts';
import type { ReplyMessage } from '../index.ts';
import type { Chat } from './chat.ts';
import { count } from './count.ts';
import { citationLines, indented } from './message-lines.ts';
import { sayReplyError } from './say-error.ts';
import type { Outcome } from './send.ts';
import { wrapText } from './wrap.ts';

/** What belongs below a reply: how it ended where that is worth a word, its sources, and what it was based on. */
export async function endReply(chat: Chat, reply: ReplyMessage | null): Promise<Outcome> {
  const { terminal } = chat;
  const { style, isInteractive } = terminal;
  if (reply === null) {
    terminal.tell(style.quiet('  Left. The reply may still be written: /history shows it.'));
    return 'stopped';
  }
  if (reply.status === 'CANCELLED') {
    terminal.tell(
      style.quiet(isInteractive ? '  Stopped. What was written stays.' : 'Stopped. What was written stays.'),
    );
  }
  if (reply.error)
    terminal.warn(sayReplyError(reply.error, isInteractive ? '/retry tries again.' : 'Trying again may help.'));
  if (isInteractive) await showBasis(chat, reply.id).catch(() => undefined);
  if (reply.status === 'FAILED') return 'failed';
  return reply.status === 'CANCELLED' ? 'stopped' : 'complete';
}

/** Sources and a line; the session is read anew with them, which may have got its title meanwhile. */
async function showBasis(chat: Chat, replyId: string): Promise<void> {
  const { api, terminal, session } = chat;
  if (!session) return;
  const [{ chatSession }, { chatMessage }] = await Promise.all([
    api.request(ChatSessionDocument, { id: session.id, last: 3 }),
    api.request(ReplyPromptDocument, { id: replyId }),
  ]);
  if (chatSession) chat.session = chatSession;
  const { style, width } = terminal;
  const message = chatSession?.messages.nodes.find(({ id }) => id === replyId);
  // A report names its sources itself.
  const cited = message?.type === 'CHAT' ? citationLines(message, { width, style }) : [];
  if (cited.length > 0) terminal.tell('', ...cited);
  const basis = chatMessage?.prompt ? basisOf(chatMessage.prompt) : '';
  if (basis !== '')
    terminal.tell(
      ...wrapText(`${basis} · /why`, { width: width - 2 })
        .map(indented)
        .map(style.quiet),
    );
}

/** As in `2 memories, 1 passage, 6 recent messages, 5 left out`; empty where there is nothing to tell. */
function basisOf({ sections, notes }: ManifestFieldsFragment): string {
  const sent = (kind: string) =>
    sections
      .filter((section) => section.kind === kind)
      .flatMap(({ items }) => items)
      .filter(({ decision }) => decision !== 'DROPPED').length;
  // Where all that was wanted was sent, what is dropped stands elsewhere in the prompt.
  const cut = sections.filter(({ tokens, wantedTokens }) => wantedTokens > tokens).flatMap(({ items }) => items);
  const leftOut = cut.filter(({ decision }) => decision === 'DROPPED').length;
  const [memories, passages, recent] = [sent('MEMORY'), sent('DOCUMENTS'), sent('RECENT_TURNS')];
  return [
    ...(memories > 0 ? [count(memories, 'memory', 'memories')] : []),
    ...(passages > 0 ? [count(passages, 'passage')] : []),
    ...(recent > 0 ? [count(recent, 'recent message')] : []),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
    ...(notes.length > 0 ? [count(notes.length, 'note')] : []),
  ].join(', ');
}
