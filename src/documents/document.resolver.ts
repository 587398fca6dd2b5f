import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { DocumentChunkType, DocumentType } from './document.type.ts';
import type { DocumentChunkRow, DocumentRow } from './own-document.ts';

@Resolver(() => DocumentType)
export class DocumentResolver {
  @FieldResolver(() => String, { nullable: true, description: 'Set when status is FAILED.' })
  error(@Root() document: DocumentRow): string | null {
    return document.failure;
  }
}

@Resolver(() => DocumentChunkType)
export class DocumentChunkResolver {
  @FieldResolver(() => ID)
  id(@Root() chunk: DocumentChunkRow): string {
    return String(chunk.id);
  }

  @FieldResolver(() => DocumentType)
  async document(@Ctx() { loaders }: Context, @Root() chunk: DocumentChunkRow): Promise<DocumentType> {
    const document = await loaders.documentById.load(chunk.document);
    if (!document) throw new Error(`Chunk ${chunk.id} has no document.`);
    return document;
  }
}
