import { MinLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Connection, Edge } from '../graphql/connection.ts';
import { DateTime } from '../graphql/date-time.ts';
import { enumOf } from '../graphql/enum-of.ts';
import { IsNotBlank, IsText, MaxUnits } from '../graphql/is-text.ts';
import { messageRoles, messageStatuses, messageTypes } from './message.entity.ts';
import { ChatSessionType, CreateChatSessionInput } from './session.type.ts';

export const MessageRole = enumOf('MessageRole', messageRoles);
export const MessageType = enumOf('MessageType', messageTypes);
export const MessageStatus = enumOf('MessageStatus', messageStatuses);

export const MemoryState = {
  NOT_RECORDED: 'NOT_RECORDED',
  PENDING: 'PENDING',
  INDEXED: 'INDEXED',
  FAILED: 'FAILED',
} as const;
export type MemoryState = keyof typeof MemoryState;
registerEnumType(MemoryState, {
  name: 'MemoryState',
  valuesConfig: {
    NOT_RECORDED: {
      description:
        'Long-term memory is off for the session, the message was forgotten, or it is of a kind that is not recorded.',
    },
  },
});

@ObjectType('MessageError', { simpleResolvers: true })
export class MessageErrorType {
  @Field(() => String, {
    description: 'MODEL_UNAVAILABLE, MODEL_REFUSED, TIMEOUT, INTERRUPTED, BUDGET_EXCEEDED or INTERNAL_SERVER_ERROR.',
  })
  code: string;

  @Field(() => String) message: string;

  @Field(() => Boolean, { description: 'Whether sending the same message again may work.' })
  retryable: boolean;
}

@ObjectType('ChatMessage', { simpleResolvers: true })
export class ChatMessageType {
  @Field(() => ID) id: string;

  @Field(() => Int, { description: 'Its place in the session, from 1. Order by this, never by time.' })
  seq: number;

  @Field(() => MessageRole) role: keyof typeof MessageRole;
  @Field(() => MessageType) type: keyof typeof MessageType;
  @Field(() => MessageStatus) status: keyof typeof MessageStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The model that wrote it; null for messages written by a person.',
  })
  model: string | null;

  @Field(() => MessageErrorType, { nullable: true, description: 'Set when status is FAILED.' })
  error: MessageErrorType | null;

  @Field(() => DateTime) createdAt: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it reached its last status.' })
  endedAt: Date | null;
}

@ObjectType('ChatMessageEdge', { simpleResolvers: true })
export class ChatMessageEdge extends Edge(ChatMessageType) {}

@ObjectType('ChatMessageConnection', { simpleResolvers: true })
export class ChatMessageConnection extends Connection(ChatMessageType, ChatMessageEdge) {}

@InputType()
export class SendMessageInput {
  @Field(() => ID, { nullable: true, description: 'Omit to start a new session.' })
  sessionId?: string | null;

  @Field(() => CreateChatSessionInput, { nullable: true, description: 'For a new session only.' })
  @ValidateNested()
  newSession?: CreateChatSessionInput | null;

  @Field(() => String, { description: '1 to 32,000 characters.' })
  @IsText()
  @IsNotBlank()
  @MaxUnits(32_000)
  content: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Makes a retry safe: the same key from the same viewer returns the first result and sends nothing twice; with another\nmessage or session it is a CONFLICT.',
  })
  @IsText()
  @MinLength(1)
  @MaxUnits(200)
  idempotencyKey?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Answer only when the reply has ended.' })
  wait: boolean;
}

@ObjectType({ simpleResolvers: true })
export class SendMessagePayload {
  @Field(() => ChatSessionType) session: ChatSessionType;
  @Field(() => ChatMessageType) message: ChatMessageType;
  @Field(() => ChatMessageType) reply: ChatMessageType;
}

@InputType()
export class MessageIdInput {
  @Field(() => ID) messageId: string;
}

@ObjectType({ simpleResolvers: true })
export class ChatMessagePayload {
  @Field(() => ChatMessageType) message: ChatMessageType;
}
