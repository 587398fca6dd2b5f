import { Max, Min } from 'class-validator';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { addDocument } from './add-document.ts';
import { deleteDocument } from './delete-document.ts';
import {
  AddDocumentInput,
  DeleteDocumentPayload,
  DocumentChunkType,
  DocumentConnection,
  DocumentIdInput,
  DocumentPayload,
  DocumentType,
} from './document.type.ts';
import { readText } from './document-content.ts';
import { countDocuments, documentCursor, listChunks, listDocuments } from './list-documents.ts';
import { type DocumentChunkRow, type DocumentRow, findDocument } from './own-document.ts';

@ArgsType()
class DocumentPageArguments {
  @Field(() => Int, { defaultValue: 20 })
  @Min(1)
  @Max(100)
  first: number;

  @Field(() => String, { nullable: true }) after?: string | null;
}

@ArgsType()
class ChunkPageArguments {
  @Field(() => Int, { defaultValue: 20 })
  @Min(1)
  @Max(100)
  first: number;

  @Field(() => Int, { defaultValue: 0 })
  @Min(0)
  from: number;
}

@ArgsType()
class TextArguments {
  @Field(() => Int, { defaultValue: 0, description: 'In UTF-16 units, as `DocumentChunk.start`.' })
  @Min(0)
  from: number;

  @Field(() => Int, { defaultValue: 10_000, description: 'At most 100,000.' })
  @Min(1)
  @Max(100_000)
  length: number;
}

@Resolver(() => DocumentType)
export class DocumentResolver {
  @Query(() => DocumentType, { nullable: true, description: "Null when there is none, or it is not the viewer's." })
  document(@Ctx() { em, viewer }: Context, @Arg('id', () => ID) id: string): Promise<DocumentType | null> {
    return findDocument(em, viewer.id, id);
  }

  @Query(() => DocumentConnection, { description: 'Newest first.' })
  async documents(
    @Ctx() ctx: Context,
    @Args(() => DocumentPageArguments) page: DocumentPageArguments,
  ): Promise<DocumentConnection> {
    const { nodes, hasNextPage, hasPreviousPage } = await listDocuments(ctx, page);
    const edges = nodes.map((node) => ({ node, cursor: documentCursor(node) }));
    const [startCursor = null, endCursor = null] = [edges[0]?.cursor, edges.at(-1)?.cursor];
    return {
      nodes,
      edges,
      pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor },
      totalCount: () => countDocuments(ctx.em, ctx.viewer.id),
    };
  }

  @Mutation(() => DocumentPayload, {
    description:
      'Adds plain text or Markdown. Files (PDF, DOCX, HTML, Markdown, text) go to POST /documents as multipart/form-data.',
  })
  async addDocument(
    @Ctx() ctx: Context,
    @Arg('input', () => AddDocumentInput) input: AddDocumentInput,
  ): Promise<DocumentPayload> {
    return { document: await addDocument(ctx, input) };
  }

  @Mutation(() => DeleteDocumentPayload)
  async deleteDocument(
    @Ctx() ctx: Context,
    @Arg('input', () => DocumentIdInput) { id }: DocumentIdInput,
  ): Promise<DeleteDocumentPayload> {
    await deleteDocument(ctx, id);
    return { deletedId: id };
  }

  @FieldResolver(() => String, { nullable: true, description: 'Set when status is FAILED.' })
  error(@Root() document: DocumentRow): string | null {
    return document.failure;
  }

  @FieldResolver(() => [DocumentChunkType], { description: 'In order, from position `from`; at most 100 at a time.' })
  chunks(
    @Ctx() ctx: Context,
    @Root() document: DocumentRow,
    @Args(() => ChunkPageArguments) page: ChunkPageArguments,
  ): Promise<DocumentChunkType[]> {
    return listChunks(ctx, document, page);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What was read from the file, to show a passage where it stands. Null until status is READY.',
  })
  text(
    @Ctx() { em }: Context,
    @Root() document: DocumentRow,
    @Args(() => TextArguments) part: TextArguments,
  ): Promise<string | null> {
    return readText(em, document, part);
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
