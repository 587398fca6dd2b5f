import type { Chat } from './chat.ts';
import { CommandError } from './command.ts';
import { runCommand } from './commands.ts';
import type { Prompt } from './prompt.ts';
import { sayError } from './say-error.ts';
import { sendAndWrite } from './send.ts';

/** Messages and commands in turn, until somebody leaves. */
export async function talk(chat: Chat, prompt: Prompt): Promise<void> {
  const { terminal } = chat;
  let isLeaving = false;
  for (;;) {
    const typed = await prompt.ask(takeDraft(chat));
    if (typed.kind === 'end') return;
    if (typed.kind === 'interrupt') {
      if (typed.wasEmpty && isLeaving) return;
      isLeaving = typed.wasEmpty;
      if (isLeaving) terminal.tell(terminal.style.quiet('  Ctrl-C again leaves, and so does Ctrl-D.'));
      continue;
    }
    isLeaving = false;
    if (typed.text.trim() === '') continue;
    if ((await answer(chat, typed.text)) === 'leave') return;
  }
}

function takeDraft(chat: Chat): string {
  const { draft } = chat;
  chat.draft = '';
  return draft;
}

async function answer(chat: Chat, text: string): Promise<'leave' | undefined> {
  const { terminal } = chat;
  try {
    if (text.startsWith('/')) {
      const outcome = await runCommand(chat, text);
      return outcome === 'leave' ? outcome : undefined;
    }
    await sendAndWrite(chat, text.trim());
  } catch (error) {
    terminal.warn(error instanceof CommandError ? error.message : sayError(error, chat.api.url));
    if (chat.draft !== '')
      terminal.tell(terminal.style.quiet('  What you wrote was not answered: Enter sends it, once in any case.'));
    terminal.tell('');
  }
  return undefined;
}
