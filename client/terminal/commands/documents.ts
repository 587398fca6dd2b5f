import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import {
  ChatSessionDocument,
  CreateChatSessionDocument,
  DocumentDocument,
  type DocumentFieldsFragment,
  DocumentsDocument,
  UpdateChatSessionDocument,
} from '../../generated/graphql.ts';
import type { Chat } from '../chat.ts';
import { cleanLine } from '../clean-text.ts';
import { type Command, CommandError } from '../command.ts';
import { count, fileSize } from '../count.ts';
import { withStatus } from '../status.ts';
import { cutToWidth, wrapText } from '../wrap.ts';

const LOOK_AGAIN_MS = 250;

export const documents: Command = {
  name: 'documents',
  args: '[add FILE]',
  help: 'your documents; add a file for replies here to draw on',
  async run(chat, words) {
    const [, file] = /^add\s+(.+)$/s.exec(words) ?? [];
    if (words === '') return list(chat);
    if (file === undefined) throw new CommandError('Say which file: /documents add planning.pdf');
    return add(chat, pathOf(file));
  },
};

async function list({ api, terminal, session }: Chat): Promise<void> {
  const [all, here] = await Promise.all([
    api.insist(DocumentsDocument, { first: 50 }),
    session ? api.insist(ChatSessionDocument, { id: session.id, last: 1 }) : null,
  ]);
  const { nodes } = all.documents;
  if (nodes.length === 0) throw new CommandError('There is no document yet. /documents add FILE');
  const linked = new Set(here?.chatSession?.documents.map(({ id }) => id));
  const { style, width } = terminal;
  terminal.print('');
  for (const document of nodes) {
    const name = cutToWidth(cleanLine(document.filename), width - 4);
    const mark = linked.has(document.id) ? style.documents('■') : style.quiet('□');
    const fault = document.status === 'FAILED' ? style.warn : style.quiet;
    terminal.print(`  ${mark} ${name}`, ...wrapText(factsOf(document), { width, first: '    ' }).map(fault));
  }
  terminal.print('', style.quiet(`  ${linked.size === 0 ? 'None is' : '■ is'} linked to this session.`), '');
}

function factsOf({ status, chunkCount, sizeBytes, error }: DocumentFieldsFragment): string {
  const size = fileSize(sizeBytes);
  if (status === 'FAILED') return `could not be read · ${cleanLine(error ?? '')}`;
  return status === 'PENDING' ? `${size} · being read` : `${size} · ${count(chunkCount, 'passage')}`;
}

/** Sends a file, waits until it was read, and links it. @throws CommandError with the reason where it could not be read */
async function add(chat: Chat, file: string): Promise<void> {
  const { api, terminal } = chat;
  const name = cleanLine(path.basename(file));
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new CommandError(`There is no file ${cleanLine(file)}.`);
  let status = `Sending ${name}, ${fileSize(found.size)}…`;
  const document = await withStatus(
    terminal,
    () => status,
    async () => {
      const id = await api.upload(file);
      status = `Reading ${name}…`;
      return whenRead(chat, id);
    },
  );
  if (document.status === 'FAILED') {
    throw new CommandError(`${name} could not be read. ${cleanLine(document.error ?? '')}`);
  }
  await link(chat, document.id);
  terminal.tell(
    ...wrapText(`${name}: ${count(document.chunkCount, 'passage')}, which replies in this session can draw on.`, {
      width: terminal.width,
      first: `  ${terminal.style.documents('■')} `,
      rest: '    ',
    }),
    '',
  );
}

async function whenRead({ api }: Chat, id: string): Promise<DocumentFieldsFragment> {
  for (;;) {
    const { document } = await api.insist(DocumentDocument, { id, first: 1 });
    if (!document) throw new CommandError('The document was deleted while it was read.');
    if (document.status !== 'PENDING') return document;
    await api.pause(LOOK_AGAIN_MS);
  }
}

async function link(chat: Chat, documentId: string): Promise<void> {
  const { api, session } = chat;
  if (!session) {
    const { createChatSession } = await api.request(CreateChatSessionDocument, {
      input: { documentIds: [documentId] },
    });
    chat.session = createChatSession.session;
    return;
  }
  const { chatSession } = await api.insist(ChatSessionDocument, { id: session.id, last: 1 });
  const linked = chatSession?.documents.map(({ id }) => id) ?? [];
  if (linked.includes(documentId)) return;
  const input = { id: session.id, documentIds: [...linked, documentId] };
  chat.session = (await api.insist(UpdateChatSessionDocument, { input })).updateChatSession.session;
}

/** As a shell would read it, from where the person is: npm runs programs elsewhere. */
function pathOf(words: string): string {
  const unquoted = words
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
    .replace(/\\ /g, ' ');
  const fromHome = unquoted.replace(/^~(?=\/|$)/, homedir());
  return path.resolve(process.env.INIT_CWD ?? '.', fromHome);
}
