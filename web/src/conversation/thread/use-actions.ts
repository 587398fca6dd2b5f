import { createContext, use } from 'react';

/** What can be done with the messages of the session that is shown. The same object for as long as it is. */
export interface Actions {
  /** Null: of a session that begins with the first message. */
  sessionId: string | null;
  explain(messageId: string): void;
  copy(messageId: string): void;
  /** Of the last reply alone; else it does nothing. */
  retry(messageId: string): void;
  forget(messageId: string): void;
  /** Puts a question back into the field. */
  editQuestion(messageId: string): void;
  /** Asks for what has changed with the end of a reply. */
  refresh(): void;
}

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = use(ActionsContext);
  if (!actions) throw new Error('There is no conversation above.');
  return actions;
}
