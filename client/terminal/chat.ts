import type { MessageFieldsFragment, SessionFieldsFragment } from '../generated/graphql.ts';
import type { Api } from './api.ts';
import type { Interrupts } from './interrupts.ts';
import type { Socket } from './subscribe.ts';
import type { Terminal } from './terminal.ts';

export type Session = SessionFieldsFragment;
export type Message = MessageFieldsFragment;

/** One run of the program: what it talks through, and where the talk is. */
export interface Chat {
  api: Api;
  socket: Socket;
  terminal: Terminal;
  interrupts: Interrupts;
  /** Null: the next message begins one. */
  session: Session | null;
  /** Whether a session that begins has long-term memory. */
  remembers: boolean;
  /** What `/why` and `/retry` are about. */
  lastReplyId: string | null;
  /** What the numbers of the last list refer to. */
  listed: Session[];
  /** What the last `/delete` took away. */
  deleted: Session | null;
  /** What was not answered, for the prompt to begin with. */
  draft: string;
  /** What may have been stored all the same: sent again with its key, it is not stored twice. */
  unanswered: { content: string; sessionId: string | null; key: string } | null;
}

export function openChat(talk: Pick<Chat, 'api' | 'socket' | 'terminal' | 'interrupts'>): Chat {
  return {
    ...talk,
    session: null,
    remembers: true,
    lastReplyId: null,
    listed: [],
    deleted: null,
    draft: '',
    unanswered: null,
  };
}

export function enterSession(chat: Chat, session: Session | null): void {
  chat.session = session;
  chat.remembers = true;
  chat.lastReplyId = null;
}
