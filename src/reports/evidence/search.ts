import type { App } from '../../app.ts';
import { embedQuestion } from '../../chat/prompts/embed-question.ts';
import type { Em } from '../../db/orm.ts';
import { retrieve, retrieveDocuments } from '../../memory/search/retrieve.ts';
import type { DocumentHit, Hit } from '../../prompt/prompt.ts';
import type { Usage } from '../../users/usage.ts';

const MAX_HITS = 60;
const MAX_DOCUMENT_HITS = 8;

export interface Search {
  userId: string;
  sessionIds: readonly string[];
  /** READY ones. */
  documentIds: readonly string[];
}

interface Progress {
  usages: Usage[];
  notes: string[];
  stopped: AbortSignal;
}

/** What the viewer's messages and documents hold on a matter, best first. What fails costs hits, never the report. */
export async function search(
  app: App,
  em: Em,
  { userId, sessionIds, documentIds }: Search,
  matter: string,
  progress: Progress,
): Promise<{ hits: Hit[]; documentHits: DocumentHit[] }> {
  const ctx = { em, scopes: app.scopes };
  const embedded = await embedQuestion(app, { text: matter, previousText: null }, progress.stopped);
  progress.usages.push(...embedded.usages);
  for (const each of embedded.notes) note(progress, each);
  const asked = { userId, question: matter, previousTurn: null, embedding: embedded.embedding };
  try {
    const hits = await retrieve(ctx, { ...asked, sessionIds, limit: MAX_HITS });
    const documentHits =
      documentIds.length === 0 ? [] : await retrieveDocuments(ctx, { ...asked, documentIds, limit: MAX_DOCUMENT_HITS });
    return { hits: hits.filter(({ role }) => role === 'USER'), documentHits };
  } catch (error) {
    app.log.error({ err: error }, 'nothing could be searched for a report');
    note(progress, 'Messages and documents could not be searched: passages were chosen by date and kind.');
    return { hits: [], documentHits: [] };
  }
}

function note({ notes }: Progress, text: string): void {
  if (!notes.includes(text)) notes.push(text);
}
