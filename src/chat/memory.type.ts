import { ArrayMaxSize, Max, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DocumentChunkType } from '../documents/document.type.ts';
import { IsNotBlank, IsText, MaxUnits } from '../graphql/is-text.ts';
import { ChatMessageType } from './message.type.ts';

@InputType()
export class SearchMemoryInput {
  @Field(() => String)
  @IsText()
  @IsNotBlank()
  @MaxUnits(2_000)
  query: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Omit to search every session of the viewer that has long-term memory on.',
  })
  sessionId?: string | null;

  @Field(() => Int, { defaultValue: 5 })
  @Min(1)
  @Max(100)
  first: number;
}

@ObjectType('MemoryHit', { simpleResolvers: true })
export class MemoryHitType {
  @Field(() => ChatMessageType) message: ChatMessageType;
  @Field(() => String) excerpt: string;
  @Field(() => Float, { description: 'From 0 to 1.' }) score: number;
}

@InputType()
export class SearchDocumentsInput {
  @Field(() => String)
  @IsText()
  @IsNotBlank()
  @MaxUnits(2_000)
  query: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      "At most 50; of them, those that are READY are searched. Omit to search all of the viewer's documents.",
  })
  @ArrayMaxSize(50)
  documentIds?: string[] | null;

  @Field(() => Int, { defaultValue: 5 })
  @Min(1)
  @Max(100)
  first: number;
}

@ObjectType('DocumentHit', { simpleResolvers: true })
export class DocumentHitType {
  @Field(() => DocumentChunkType) chunk: DocumentChunkType;
  @Field(() => Float, { description: 'From 0 to 1.' }) score: number;
}

@InputType()
export class ForgetMemoryInput {
  @Field(() => ID, { nullable: true, description: 'Exactly one of the two.' }) sessionId?: string | null;
  @Field(() => ID, { nullable: true }) messageId?: string | null;
}

@ObjectType({ simpleResolvers: true })
export class ForgetMemoryPayload {
  @Field(() => Int) forgottenMessages: number;
}
