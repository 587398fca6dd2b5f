import type { Context } from '../../context.ts';
import type { DocumentChunkRow } from '../../documents/own-document.ts';

/** Null once it is gone. Its document is loaded with it, so that what is shown cannot lose that one meanwhile. */
export async function passageById(
  { loaders }: Pick<Context, 'loaders'>,
  chunkId: number,
): Promise<DocumentChunkRow | null> {
  const passage = await loaders.documentChunk.load(chunkId);
  const document = passage && (await loaders.documentById.load(passage.document));
  return document && passage;
}
