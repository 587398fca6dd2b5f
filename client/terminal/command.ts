import type { Chat } from './chat.ts';

export interface Command {
  name: string;
  /** As shown in the help. */
  args?: string;
  help: string;
  /** @param words what follows the name. @returns `leave` to end the program, `failed` where it could not be done */
  run(chat: Chat, words: string): Promise<CommandOutcome>;
}

// biome-ignore lint/suspicious/noConfusingVoidType: most commands have nothing to say about how they ended
export type CommandOutcome = void | 'leave' | 'failed';

/** What was asked cannot be done as it was asked: a sentence for whoever asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
