import type { App } from '../../app.ts';
import { unsearchedDocuments } from '../../chat/prompts/unsearched-documents.ts';
import type { Em } from '../../db/orm.ts';
import { searchableDocuments } from '../../documents/searchable-documents.ts';
import { contentStems } from '../../models/offline/content-stems.ts';
import type { DocumentHit, Hit } from '../../prompt/prompt.ts';
import type { Usage } from '../../users/usage.ts';
import { messagesOfHarm, readPassages, scoresOf, type WeighedPassage, weigh } from './choose-evidence.ts';
import { choosePair, isOn, mattersOf, type Pair } from './choose-pair.ts';
import { passagesOf } from './passages.ts';
import { factsOf, type ReportFacts, type ReportScope } from './period.ts';
import { type Search, search } from './search.ts';
import { type SourceDocument, sourceDocuments } from './source-documents.ts';

/** As many aims are looked up for a change, where no focus was given. */
const MAX_MATTERS = 3;

export interface ReportRequest extends ReportScope {
  focus: string | null;
  /** Beside those of the sessions. */
  documentIds: readonly string[];
}

/** What a report may be made of, before anything is cut. */
export interface Material {
  facts: ReportFacts;
  documents: SourceDocument[];
  /** How many messages were set aside, whole, because they speak of harm. */
  withheld: number;
  /** How many passages the period has, of which as many as can be read were looked at. */
  passages: { total: number; lookedAt: number };
  /** Oldest first. */
  weighed: WeighedPassage[];
  documentHits: DocumentHit[];
  /** What is set side by side under “What changed”. */
  pair: Pair | null;
  notes: string[];
}

/** Reads and searches the period. Calls no chat model. */
export async function gatherMaterial(
  app: App,
  em: Em,
  request: ReportRequest,
  { usages, stopped, now }: { usages: Usage[]; stopped: AbortSignal; now: Date },
): Promise<Material> {
  const facts = await factsOf(em, request, now);
  const documents = await sourceDocuments(em, request, request.documentIds);
  const { passages, total } = await passagesOf(em, request);
  const ofHarm = await messagesOfHarm(passages);
  const read = await readPassages(passages.filter(({ messageId }) => !ofHarm.has(messageId)));
  const searched: Search = {
    userId: request.userId,
    sessionIds: [...new Set(passages.map(({ sessionId }) => sessionId))],
    documentIds: searchableDocuments(documents).map(({ id }) => id),
  };
  const progress = { usages, stopped, notes: [] as string[] };
  const matters = request.focus === null ? mattersOf(read, MAX_MATTERS) : [request.focus];
  const found: { matter: string; hits: Hit[]; documentHits: DocumentHit[] }[] = [];
  for (const matter of matters) found.push({ matter, ...(await search(app, em, searched, matter, progress)) });

  // What was searched for without a focus speaks for no passage: the period as a whole is wanted.
  const scores = request.focus === null ? new Map() : scoresOf(found.flatMap(({ hits }) => hits));
  const all = weigh(read, scores);
  const weighed = request.focus === null ? all : onFocus(all, request.focus);
  const byPlace = new Map(weighed.map((passage) => [placeOf(passage), passage]));
  const pairs = found.map(({ matter, hits }) =>
    choosePair(
      hits.flatMap((hit) => byPlace.get(placeOf(hit)) ?? []),
      weighed,
      matter,
      request.focus === null ? 2 : 1,
    ),
  );
  return {
    facts,
    documents,
    withheld: ofHarm.size,
    passages: { total, lookedAt: passages.length },
    weighed,
    documentHits: bestOf(found.flatMap(({ documentHits }) => documentHits)),
    pair: pairs.find((pair) => pair !== null) ?? null,
    notes: [
      ...progress.notes,
      ...(request.focus !== null && weighed.length === all.length && all.length > 0
        ? ['Nothing was found that is nearer to the focus than the rest: the whole period was looked at.']
        : []),
      ...(passages.length < total
        ? [`Of ${total} passages ${passages.length} were looked at, evenly over the period.`]
        : []),
      ...unsearchedDocuments(documents),
    ],
  };
}

/** What search found on the focus, and what has a word of it; all, where that is nothing. */
function onFocus(weighed: readonly WeighedPassage[], focus: string): WeighedPassage[] {
  const stems = contentStems(focus);
  const near = weighed.filter((passage) => passage.score > 0 || isOn(passage, stems));
  return near.length > 0 ? near : [...weighed];
}

const placeOf = ({ messageId, position }: { messageId: string; position: number }) => `${messageId} ${position}`;

/** Each once, best first. */
function bestOf(hits: readonly DocumentHit[]): DocumentHit[] {
  const inOrder = hits.toSorted((a, b) => b.score - a.score || a.chunkId - b.chunkId);
  return inOrder.filter((hit, at) => inOrder.findIndex(({ chunkId }) => chunkId === hit.chunkId) === at);
}
