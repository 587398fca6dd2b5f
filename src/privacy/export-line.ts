import { sql } from 'kysely';
import type { Config } from '../config.ts';
import { instant } from '../db/instants.ts';
import type { Em } from '../db/orm.ts';

/** One line of an export: what it is, and its fields. */
export interface ExportLine {
  kind: string;
  [field: string]: unknown;
}

/** Rows of a viewer's, a page at a time. */
export type Pages = AsyncGenerator<ExportLine[], void, undefined>;

export interface ExportScope {
  /** A new one for each page: what it has read is not kept. */
  em(): Em;
  userId: string;
  embeddingModel: string;
  limits: Config['limits'];
}

/** Pages of `read`, each after the last of the one before, until one is not full. */
export async function* keysetPages<T>(
  size: number,
  read: (after: T | null, limit: number) => Promise<T[]>,
): AsyncGenerator<T[], void, undefined> {
  let after: T | null = null;
  for (;;) {
    const page: T[] = await read(after, size);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1) ?? null;
  }
}

/** Where a row stands among those in order of (createdAt, id). */
export const placeOf = (em: Em, { createdAt, id }: { createdAt: Date; id: string }) =>
  sql<[Date, string]>`(${instant(em, createdAt)}, ${id})`;
