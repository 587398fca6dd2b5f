import type { PromptMessage } from '../models/chat-model.ts';
import { documentLabel, labelOf } from './label.ts';
import { DELETED, type PromptItem, type PromptSection, type SectionKind } from './prompt.ts';
import { quotationLine } from './quotation-line.ts';
import { type HitSection, headerOf } from './section-header.ts';

type RenderedItem = Pick<PromptItem, 'filename' | 'role' | 'saidAt' | 'marker' | 'text' | 'decision'>;

export interface RenderedPrompt {
  /** The whole text of INSTRUCTIONS. */
  instructions: string;
  sections: readonly (Pick<PromptSection, 'kind' | 'summarized'> & { items: readonly RenderedItem[] })[];
  /** What was sent in place of the quotations of a summarized MEMORY; null also when it has been deleted since. */
  summary: string | null;
  /** The same of DOCUMENTS. */
  documentsSummary: string | null;
}

/**
 * The messages as they go to a model: one SYSTEM message (some models take no second) of the instructions, what the
 * documents hold and what memory found; the recent turns, the question.
 *
 * Depends on its input alone, so a stored manifest gives the same messages again. Texts are clean (no NUL, no lone
 * surrogate) since they were stored. Recent turns are verbatim, with the [n] that earlier replies cited: the headers
 * say that those belong to other lists.
 */
export function renderMessages(prompt: RenderedPrompt): PromptMessage[] {
  const chat = [...sentOf(prompt, 'RECENT_TURNS'), ...sentOf(prompt, 'USER_MESSAGE')];
  const documents = renderHits(prompt, 'DOCUMENTS', prompt.documentsSummary);
  const memory = renderHits(prompt, 'MEMORY', prompt.summary);
  return [
    { role: 'SYSTEM', content: prompt.instructions + documents + memory },
    ...chat.flatMap(({ role, text }) => (role ? [{ role, content: text }] : [])),
  ];
}

function renderHits(prompt: RenderedPrompt, kind: HitSection, summary: string | null): string {
  if (prompt.sections.some((section) => section.kind === kind && section.summarized)) {
    return headerOf(kind, true) + (summary ?? DELETED);
  }
  const lines = sentOf(prompt, kind).flatMap((item) =>
    item.marker === null ? [] : [quotationLine(labelFor(item, item.marker), item.text)],
  );
  return lines.length === 0 ? '' : headerOf(kind, false) + lines.join('\n');
}

/** A message has a speaker; a passage of a document has none. */
const labelFor = ({ role, saidAt, filename }: RenderedItem, marker: number) =>
  role && saidAt ? labelOf(marker, role, saidAt) : documentLabel(marker, filename ?? DELETED);

const sentOf = (prompt: RenderedPrompt, kind: SectionKind) =>
  prompt.sections
    .filter((section) => section.kind === kind)
    .flatMap(({ items }) => items)
    .filter(({ decision }) => decision !== 'DROPPED');
