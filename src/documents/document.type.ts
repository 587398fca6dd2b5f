import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Connection, Edge } from '../graphql/connection.ts';
import { DateTime } from '../graphql/date-time.ts';
import { enumOf } from '../graphql/enum-of.ts';
import { IsNotBlank, IsText, MaxUnits } from '../graphql/is-text.ts';
import { documentStatuses } from './document.entity.ts';

export const DocumentStatus = enumOf('DocumentStatus', documentStatuses);

@ObjectType('Document', { simpleResolvers: true })
export class DocumentType {
  @Field(() => ID) id: string;
  @Field(() => String) filename: string;
  @Field(() => String) mimeType: string;
  @Field(() => Int) sizeBytes: number;
  @Field(() => DocumentStatus) status: keyof typeof DocumentStatus;
  @Field(() => Int) chunkCount: number;
  @Field(() => DateTime) createdAt: Date;
}

@ObjectType('DocumentChunk', { simpleResolvers: true })
export class DocumentChunkType {
  @Field(() => Int, { description: 'From 0.' }) position: number;
  @Field(() => String) text: string;

  @Field(() => Int, { description: "Where `text` begins in the document's text, in UTF-16 units." })
  start: number;
}

@ObjectType('DocumentEdge', { simpleResolvers: true })
export class DocumentEdge extends Edge(DocumentType) {}

@ObjectType('DocumentConnection', { simpleResolvers: true })
export class DocumentConnection extends Connection(DocumentType, DocumentEdge) {}

@InputType()
export class AddDocumentInput {
  @Field(() => String)
  @IsText()
  @IsNotBlank()
  @MaxUnits(255)
  filename: string;

  @Field(() => String, { description: '1 to 500,000 characters.' })
  @IsText()
  @IsNotBlank()
  @MaxUnits(500_000)
  text: string;
}

@InputType()
export class DocumentIdInput {
  @Field(() => ID) id: string;
}

@ObjectType({ simpleResolvers: true })
export class DocumentPayload {
  @Field(() => DocumentType) document: DocumentType;
}

@ObjectType({ simpleResolvers: true })
export class DeleteDocumentPayload {
  @Field(() => ID) deletedId: string;
}
