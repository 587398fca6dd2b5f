import { expect } from 'vitest';
import { says } from '../../support/model-answers.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import type { Data } from '../../support/test-viewer.ts';
import { createWorld, type World } from '../../support/world.ts';

const NOTES = `What helped people keep the writing block when it held: they had decided the no before the question was asked.

Blocks under ninety minutes are traded away, because nobody, including their owner, believes that they held.

When it held, what helped most people to keep it was a closed door, a phone in another room and an hour before the first call. The writing block that helped them most was the one that they had told somebody of.`;

export interface Mornings {
  world: World;
  server: ServerProcess;
  session: Data;
  /** Of another day, in another session. */
  earlier: Data;
  /** Cites a passage as [1] and what was said earlier by the number of `memory`. */
  reply: Data;
  memory: number;
}

/** A conversation of some turns about mornings, with a document and an earlier session; what it is told does not fit its prompt. */
export async function seedMornings(env: NodeJS.ProcessEnv = {}): Promise<Mornings> {
  const world = await createWorld();
  const server = await world.start({ PROMPT_TOKENS: '1060', SUMMARIZE: 'never', ...env });
  const { viewer } = server;
  const { document } = await viewer.upload('planning-workshop.md', NOTES);
  await ready(server, document.id);
  const earlier = await viewer.createSession({ title: 'Saying no at work', crossSessionMemory: true });
  await viewer.turn('Closing the door and telling Marta first was why the writing block held on Tuesday.', {
    sessionId: earlier.id,
  });
  const session = await viewer.createSession({
    title: 'Getting mornings back',
    crossSessionMemory: true,
    documentIds: [document.id],
  });
  for (const content of SAID) await viewer.turn(content, { sessionId: session.id });
  const question = 'What helped me keep the writing block when it held?';
  const preview = await viewer.query(MARKERS, { input: { sessionId: session.id, content: question } });
  const items: Data[] = preview.previewPrompt.sections.flatMap((section: Data) => section.items);
  const memory = items.find((item) => item.source?.session?.id === earlier.id && item.marker !== null)?.marker;
  world.model.next(says(`Your notes say to decide it before [1]. You told Marta first [${memory}].`));
  const { reply } = await viewer.turn(question, { sessionId: session.id });
  return { world, server, session, earlier, reply, memory };
}

const SAID = [
  'I want my mornings back for writing, and the writing block has to hold.',
  'This morning I wrote for forty minutes in the writing block before the first call.',
  'My phone was on the desk in the writing block and I looked at it nine times.',
  'I put the phone in the kitchen, and the writing block went better than last week.',
  'I skipped the writing block today. Two calls landed on it and I just let them.',
];

const MARKERS = `query($input: PreviewPromptInput!) { previewPrompt(input: $input) { sections { items { marker source {
  ... on ChatMessage { session { id } } } } } } }`;

async function ready(server: ServerProcess, documentId: string): Promise<void> {
  await expect.poll(async () => (await server.viewer.document(documentId)).status).toBe('READY');
}
