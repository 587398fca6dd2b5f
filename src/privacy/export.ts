import { setImmediate } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { type Orm, viewerEm } from '../db/orm.ts';
import { documentLines } from './export-documents.ts';
import type { ExportLine, ExportScope } from './export-line.ts';
import { sessionLines } from './export-sessions.ts';
import { usageLines } from './export-usage.ts';

/**
 * All that a viewer has here, as JSON Lines, a page of them at a time: the next is read once the last was taken, so that no
 * more than a page is held. What is made from it for searching (chunks, postings, embeddings) is left out. The last line
 * says how many of each kind there were: an export without it was cut off.
 */
export async function* exportLines(
  app: { orm: Orm; config: Pick<Config, 'limits'>; embedder: { model: string } },
  userId: string,
): AsyncGenerator<string, void, undefined> {
  const scope: ExportScope = {
    em: () => viewerEm(app.orm, userId),
    userId,
    embeddingModel: app.embedder.model,
    limits: app.config.limits,
  };
  const counts: Record<string, number> = {};
  yield asLines([{ kind: 'export', format: 1, viewerId: userId, startedAt: new Date() }]);
  for (const pages of [sessionLines(scope), documentLines(scope), usageLines(scope)]) {
    for await (const page of pages) {
      for (const { kind } of page) counts[kind] = (counts[kind] ?? 0) + 1;
      if (page.length > 0) yield asLines(page);
      // A reader who keeps up never makes it wait, nor does SQLite: nobody else would be served until its end.
      await setImmediate();
    }
  }
  yield asLines([{ kind: 'end', counts, endedAt: new Date() }]);
}

const asLines = (lines: readonly ExportLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
