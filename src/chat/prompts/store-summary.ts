import { db, type Em } from '../../db/orm.ts';
import type { Condensed } from '../../prompt/hit-kind.ts';
import type { DocumentHit, Hit } from '../../prompt/prompt.ts';
import type { SessionRow } from '../own.ts';

export interface SummaryDraft<H> {
  condensed: Condensed<H>;
  /** Null where it was condensed just now and is not stored yet. */
  id: string | null;
  key: string;
}

/** What the sections were condensed to; null where excerpts are to stand. */
export interface SummaryDrafts {
  documents: SummaryDraft<DocumentHit> | null;
  memory: SummaryDraft<Hit> | null;
}

/** The ids of the summaries that a manifest rests on; null where nothing was condensed, or a source has gone since. */
export interface StoredSummaries {
  summaryId: string | null;
  documentsSummaryId: string | null;
}

export async function storedSummary(
  em: Em,
  session: SessionRow,
  key: string,
): Promise<{ id: string; text: string } | null> {
  const found = await db(em)
    .selectFrom('summary')
    .select(['id', 'text'])
    .where('session', '=', session.id)
    .where('userId', '=', session.userId)
    .where('key', '=', key)
    .executeTakeFirst();
  return found ?? null;
}

/** In the transaction that stores the manifest. */
export async function storeSummaries(
  em: Em,
  session: SessionRow,
  { memory, documents }: SummaryDrafts,
): Promise<StoredSummaries> {
  return {
    summaryId: memory && (await stored(em, session, memory, messagesOf)),
    documentsSummaryId: documents && (await stored(em, session, documents, documentsOf)),
  };
}

/** What a summary was made from: it goes with any of it. */
interface Sources {
  /** Whether all of it is still there. */
  areThere(em: Em, session: SessionRow): Promise<boolean>;
  link(em: Em, summary: string): Promise<unknown>;
}

async function stored<H>(
  em: Em,
  session: SessionRow,
  { condensed, id, key }: SummaryDraft<H>,
  sourcesOf: (hits: H[]) => Sources,
): Promise<string | null> {
  if (id !== null) {
    const still = await storedSummary(em, session, key);
    return still?.id ?? null;
  }
  const sources = sourcesOf(condensed.sources.map(({ hit }) => hit));
  if (!(await sources.areThere(em, session))) return null;
  const summary = await db(em)
    .insertInto('summary')
    .values({ userId: session.userId, session: session.id, key, text: condensed.text })
    .onConflict((conflict) => conflict.columns(['session', 'key']).doUpdateSet({ text: condensed.text }))
    .returning('id')
    .executeTakeFirstOrThrow();
  await sources.link(em, summary.id);
  return summary.id;
}

function messagesOf(hits: Hit[]): Sources {
  const messages = [...new Set(hits.map(({ messageId }) => messageId))];
  return {
    async areThere(em, { userId }) {
      const { there } = await db(em)
        .selectFrom('chat_message')
        .select((eb) => eb.fn.countAll<number>().as('there'))
        .where('id', 'in', messages)
        .where('userId', '=', userId)
        .where('forgottenAt', 'is', null)
        .where('supersededBy', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(there) === messages.length;
    },
    link: (em, summary) =>
      db(em)
        .insertInto('summary_source')
        .values(messages.map((message) => ({ summary, message })))
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
  };
}

function documentsOf(hits: DocumentHit[]): Sources {
  const documents = [...new Set(hits.map(({ documentId }) => documentId))];
  return {
    async areThere(em, { userId }) {
      const { there } = await db(em)
        .selectFrom('document')
        .select((eb) => eb.fn.countAll<number>().as('there'))
        .where('id', 'in', documents)
        .where('userId', '=', userId)
        // One that is being deleted is not.
        .where('status', '=', 'READY')
        .executeTakeFirstOrThrow();
      return Number(there) === documents.length;
    },
    link: (em, summary) =>
      db(em)
        .insertInto('summary_document')
        .values(documents.map((document) => ({ summary, document })))
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
  };
}
