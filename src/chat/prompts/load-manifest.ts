import { db, type Em, type Row } from '../../db/orm.ts';
import type { PromptMessage } from '../../models/chat-model.ts';
import { DELETED, ELLIPSIS, type PromptItem, type PromptSection, type Range } from '../../prompt/prompt.ts';
import { renderMessages } from '../../prompt/render-prompt.ts';

/** A manifest as it was written, its texts read anew: what was deleted since reads `[deleted]`. */
export interface StoredManifest {
  messages: PromptMessage[];
  requestHash: string;
  contextWindowTokens: number;
  replyTokens: number;
  budgetTokens: number;
  usedTokens: number;
  sections: PromptSection[];
  notes: string[];
}

export async function loadManifests(
  em: Em,
  userId: string,
  replyIds: readonly string[],
): Promise<(StoredManifest | null)[]> {
  const manifests = await db(em)
    .selectFrom('prompt_manifest')
    .innerJoin('instructions_text', 'instructions_text.id', 'prompt_manifest.instructions')
    .innerJoin('chat_message', 'chat_message.id', 'prompt_manifest.message')
    .leftJoin('summary', 'summary.id', 'prompt_manifest.summary')
    .leftJoin('summary as documents_summary', 'documents_summary.id', 'prompt_manifest.documentsSummary')
    .selectAll('prompt_manifest')
    .select([
      'instructions_text.text as instructionsText',
      'summary.text as summaryText',
      'documents_summary.text as documentsSummaryText',
      'chat_message.type',
    ])
    .where('prompt_manifest.message', 'in', [...replyIds])
    .where('prompt_manifest.userId', '=', userId)
    .execute();
  const found = manifests.map((manifest) => manifest.message);
  const rows = found.length === 0 ? [] : await itemRows(em, userId, found);
  const byReply = new Map(
    manifests.map((manifest) => {
      const items = rows.filter((row) => row.message === manifest.message);
      return [manifest.message, storedManifest(manifest, items)];
    }),
  );
  return replyIds.map((id) => byReply.get(id) ?? null);
}

type ItemRow = Row<'prompt_item'> & { content: string | null; chunkText: string | null; filename: string | null };
type ManifestRow = Row<'prompt_manifest'> &
  Pick<Row<'chat_message'>, 'type'> & {
    instructionsText: string;
    summaryText: string | null;
    documentsSummaryText: string | null;
  };

function itemRows(em: Em, userId: string, replyIds: readonly string[]): Promise<ItemRow[]> {
  return db(em)
    .selectFrom('prompt_item')
    .leftJoin('chat_message', (join) =>
      join.onRef('chat_message.id', '=', 'prompt_item.source').on('chat_message.userId', '=', userId),
    )
    .leftJoin('chunk', (join) => join.onRef('chunk.id', '=', 'prompt_item.chunk').on('chunk.userId', '=', userId))
    .leftJoin('document', (join) => join.onRef('document.id', '=', 'chunk.document').on('document.userId', '=', userId))
    .selectAll('prompt_item')
    .select(['chat_message.content', 'chunk.text as chunkText', 'document.filename'])
    .where('prompt_item.message', 'in', [...replyIds])
    .orderBy('prompt_item.position')
    .execute();
}

function storedManifest(manifest: ManifestRow, rows: readonly ItemRow[]): StoredManifest {
  const { instructionsText: instructions, summaryText: summary, documentsSummaryText: documentsSummary } = manifest;
  const items = rows.map((row) => itemOf(row, manifest));
  const sections = manifest.sections.map((section) => ({
    ...section,
    items: items.filter((item) => item.section === section.kind),
  }));
  return { ...manifest, sections, messages: renderMessages({ instructions, sections, summary, documentsSummary }) };
}

function itemOf(row: ItemRow, { type, instructionsText }: ManifestRow): PromptItem {
  const { source: messageId, chunk: chunkId, filename } = row;
  const { section, role, saidAt, marker, ranges, decision, reason, score, tokens } = row;
  // A report answers no message: what is asked of the model is the end of its instructions, sent once more.
  const isInstructed = section === 'INSTRUCTIONS' || (section === 'USER_MESSAGE' && type === 'REPORT');
  // A passage goes with its document, which is out of reach before its pieces are.
  const passage = filename === null ? null : row.chunkText;
  const content = isInstructed ? instructionsText : (row.content ?? passage);
  const text = content === null ? DELETED : textOf(content, ranges);
  const source = { messageId, chunkId, filename };
  return { section, ...source, role, saidAt, marker, ranges, text, decision, reason, score, tokens };
}

const textOf = (content: string, ranges: readonly Range[]): string =>
  ranges.map(([from, to]) => content.slice(from, to)).join(ELLIPSIS);
