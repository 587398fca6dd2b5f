import type { Context } from '../../context.ts';
import type { PromptItem } from '../../prompt/prompt.ts';
import type { CitationType, PromptItemType, PromptManifestType } from '../prompt.type.ts';
import { clientScore } from './client-score.ts';
import type { StoredManifest } from './load-manifest.ts';
import { passageById } from './passage-by-id.ts';

const EXCERPT_UNITS = 400;
const MARKERS = /\[(\d+(?:, \d+)*)\]/g;

/** A manifest as clients see it. */
export async function showManifest(ctx: Context, manifest: StoredManifest): Promise<PromptManifestType> {
  const sections = manifest.sections.map(async ({ items, ...section }) => ({
    ...section,
    items: await Promise.all(items.map((item) => showItem(ctx, item))),
  }));
  return { ...manifest, sections: await Promise.all(sections) };
}

async function showItem(ctx: Context, item: PromptItem): Promise<PromptItemType> {
  const { marker, decision, reason, score, tokens, text } = item;
  return {
    source: await sourceOf(ctx, item),
    marker,
    decision,
    reason,
    score: score === null ? null : clientScore(score),
    tokens,
    excerpt: excerptOf(text),
  };
}

async function sourceOf(ctx: Context, { messageId, chunkId }: PromptItem) {
  if (messageId !== null) return ctx.loaders.messageById.load(messageId);
  return chunkId === null ? null : passageById(ctx, chunkId);
}

/** The sources that a text refers to, each once, by marker. */
export async function citationsOf(ctx: Context, text: string, manifest: StoredManifest): Promise<CitationType[]> {
  return Promise.all(
    citedItems(text, manifest).map(async (item) => ({
      marker: item.marker,
      source: await sourceOf(ctx, item),
      excerpt: excerptOf(item.text),
    })),
  );
}

export function citedItems(text: string, manifest: StoredManifest): (PromptItem & { marker: number })[] {
  const cited = new Set([...text.matchAll(MARKERS)].flatMap(([, numbers = '']) => numbers.split(', ').map(Number)));
  return manifest.sections
    .flatMap((section) => section.items)
    .flatMap((item) => (item.marker !== null && cited.has(item.marker) ? [{ ...item, marker: item.marker }] : []))
    .sort((a, b) => a.marker - b.marker);
}

function excerptOf(text: string): string {
  if (text.length <= EXCERPT_UNITS) return text;
  return `${text
    .slice(0, EXCERPT_UNITS)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}
