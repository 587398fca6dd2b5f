import { ArrayMaxSize } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Connection, Edge } from '../graphql/connection.ts';
import { DateTime } from '../graphql/date-time.ts';
import { IsNotBlank, IsText, MaxUnits } from '../graphql/is-text.ts';

export const SessionState = { ACTIVE: 'ACTIVE', DELETED: 'DELETED', ALL: 'ALL' } as const;
export type SessionState = keyof typeof SessionState;
registerEnumType(SessionState, { name: 'SessionState' });

@ObjectType('TokenUsage', { simpleResolvers: true })
export class TokenUsageType {
  @Field(() => Int) inputTokens: number;
  @Field(() => Int) outputTokens: number;
  @Field(() => Int) totalTokens: number;
}

@ObjectType('MemoryStatus', { simpleResolvers: true })
export class MemoryStatusType {
  @Field(() => Int) indexed: number;
  @Field(() => Int) pending: number;
  @Field(() => Int) failed: number;
}

@ObjectType('ChatSession', { simpleResolvers: true })
export class ChatSessionType {
  @Field(() => ID) id: string;

  @Field(() => String) title: string;

  @Field(() => Boolean, {
    description: 'True until the viewer names the session; only then may the server rename it.',
  })
  titleIsAutomatic: boolean;

  @Field(() => String, { description: 'The chat model that answers in this session.' })
  model: string;

  @Field(() => String, { nullable: true, description: 'Standing instructions for the coach in this session.' })
  instructions: string | null;

  @Field(() => [String]) tags: string[];

  @Field(() => Boolean) longTermMemory: boolean;

  @Field(() => Boolean, {
    description:
      "Whether this session may recall the viewer's other sessions that also say so, and be recalled by them. Default: no.",
  })
  crossSessionMemory: boolean;

  @Field(() => Int) messageCount: number;

  @Field(() => DateTime) createdAt: Date;

  @Field(() => DateTime, {
    description:
      'When it last had a message, or its title, tags, model, instructions or documents changed. Memory switches do not count.',
  })
  updatedAt: Date;
}

@ObjectType('ChatSessionEdge', { simpleResolvers: true })
export class ChatSessionEdge extends Edge(ChatSessionType) {}

@ObjectType('ChatSessionConnection', { simpleResolvers: true })
export class ChatSessionConnection extends Connection(ChatSessionType, ChatSessionEdge) {}

@ObjectType({ simpleResolvers: true })
export class ChatSessionPayload {
  @Field(() => ChatSessionType) session: ChatSessionType;
}

@ObjectType({ simpleResolvers: true })
export class DeleteChatSessionPayload {
  @Field(() => ID) deletedId: string;
}

@InputType()
export class ChatSessionFilter {
  @Field(() => SessionState, { defaultValue: SessionState.ACTIVE }) state: SessionState;

  @Field(() => [String], { nullable: true, description: 'Sessions that have all of these.' })
  @ArrayMaxSize(20)
  @IsText({ each: true })
  @MaxUnits(50, { each: true })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Words of the title.' })
  @IsText()
  @MaxUnits(200)
  search?: string | null;
}

@InputType()
export class CreateChatSessionInput {
  @Field(() => String, { nullable: true })
  @IsText()
  @IsNotBlank()
  @MaxUnits(200)
  title?: string | null;

  @Field(() => String, { nullable: true }) model?: string | null;

  @Field(() => String, { nullable: true })
  @IsText()
  @MaxUnits(8_000)
  instructions?: string | null;

  @Field(() => [String], { nullable: true })
  @ArrayMaxSize(20)
  @IsText({ each: true })
  @IsNotBlank({ each: true })
  @MaxUnits(50, { each: true })
  tags?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'The documents that answers may draw on; at most 50.' })
  @ArrayMaxSize(50)
  documentIds?: string[] | null;

  @Field(() => Boolean, { defaultValue: true }) longTermMemory: boolean;
  @Field(() => Boolean, { defaultValue: false }) crossSessionMemory: boolean;
}

@InputType()
export class UpdateChatSessionInput {
  @Field(() => ID) id: string;

  @Field(() => String, { nullable: true })
  @IsText()
  @IsNotBlank()
  @MaxUnits(200)
  title?: string | null;

  @Field(() => String, { nullable: true }) model?: string | null;

  @Field(() => String, { nullable: true, description: 'Null takes them away.' })
  @IsText()
  @MaxUnits(8_000)
  instructions?: string | null;

  @Field(() => [String], { nullable: true })
  @ArrayMaxSize(20)
  @IsText({ each: true })
  @IsNotBlank({ each: true })
  @MaxUnits(50, { each: true })
  tags?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'In place of those that there are; at most 50. [] takes them away.',
  })
  @ArrayMaxSize(50)
  documentIds?: string[] | null;
}

@InputType()
export class ChatSessionIdInput {
  @Field(() => ID) id: string;
}

@InputType()
export class DeleteChatSessionInput {
  @Field(() => ID) id: string;
  @Field(() => Boolean, { defaultValue: false }) permanently: boolean;
}

@InputType()
export class SetLongTermMemoryInput {
  @Field(() => ID) sessionId: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'On again also records what was written while it was off, never what was forgotten. Null or absent: as it is.',
  })
  enabled?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Null or absent: as it is.' })
  crossSession?: boolean | null;
}
