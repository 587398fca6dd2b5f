// What the bench takes from the built server.
import { built } from '../built.ts';

export const { entities }: typeof import('../../src/entities.ts') = await import(built('entities.js'));
export const { db, forkEm, openOrm }: typeof import('../../src/db/orm.ts') = await import(built('db/orm.js'));
export const { ChatMessage }: typeof import('../../src/chat/message.entity.ts') = await import(
  built('chat/message.entity.js')
);
export const { ChatSession }: typeof import('../../src/chat/session.entity.ts') = await import(
  built('chat/session.entity.js')
);
export const { Document }: typeof import('../../src/documents/document.entity.ts') = await import(
  built('documents/document.entity.js')
);
export const { enqueue }: typeof import('../../src/jobs/queue.ts') = await import(built('jobs/queue.js'));
export const { JobWorker }: typeof import('../../src/jobs/worker.ts') = await import(built('jobs/worker.js'));
export const { embedTask }: typeof import('../../src/memory/index/embed.task.ts') = await import(
  built('memory/index/embed.task.js')
);
export const { embedDocumentTask }: typeof import('../../src/memory/index/embed-document.task.ts') = await import(
  built('memory/index/embed-document.task.js')
);
export const { EMBED_DOCUMENT_TASK }: typeof import('../../src/memory/index/embedding-text.ts') = await import(
  built('memory/index/embedding-text.js')
);
export const { indexPieces, indexText }: typeof import('../../src/memory/index/index-text.ts') = await import(
  built('memory/index/index-text.js')
);
export const { cosinesTo }: typeof import('../../src/memory/search/nearest.ts') = await import(
  built('memory/search/nearest.js')
);
export const { embeddedQuestion }: typeof import('../../src/memory/search/question-matter.ts') = await import(
  built('memory/search/question-matter.js')
);
export const { retrieve, retrieveDocuments, score }: typeof import('../../src/memory/search/retrieve.ts') =
  await import(built('memory/search/retrieve.js'));
export const { ScopeCache }: typeof import('../../src/memory/search/scope-cache.ts') = await import(
  built('memory/search/scope-cache.js')
);
export const { splitDocument }: typeof import('../../src/memory/split/split-document.ts') = await import(
  built('memory/split/split-document.js')
);
export const { countTerms, termsOf }: typeof import('../../src/memory/terms.ts') = await import(
  built('memory/terms.js')
);
export const { localTokenCounter }: typeof import('../../src/models/local-tokens.ts') = await import(
  built('models/local-tokens.js')
);
export const { LocalEmbedder }: typeof import('../../src/models/local-embedder.ts') = await import(
  built('models/local-embedder.js')
);
export const { createLogger }: typeof import('../../src/logger.ts') = await import(built('logger.js'));
