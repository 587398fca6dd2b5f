import { createUnionType, Field, ID, Int, ObjectType } from 'type-graphql';
import { ChatMessageType } from './message.type.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'More text. Offsets and lengths count UTF-16 code units, as String.length does; no delta splits a character.',
})
export class ReplyDelta {
  readonly __typename = 'ReplyDelta';
  @Field(() => ID) messageId: string;
  @Field(() => Int, { description: 'Where `text` begins in the whole reply.' }) offset: number;
  @Field(() => String) text: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The reply as stored; its content replaces what was put together from deltas.',
})
export class ReplyCompleted {
  readonly __typename = 'ReplyCompleted';
  @Field(() => ChatMessageType) message: ChatMessageType;
}

@ObjectType({ simpleResolvers: true })
export class ReplyCancelled {
  readonly __typename = 'ReplyCancelled';
  @Field(() => ChatMessageType) message: ChatMessageType;
}

@ObjectType({ simpleResolvers: true })
export class ReplyFailed {
  readonly __typename = 'ReplyFailed';
  @Field(() => ChatMessageType) message: ChatMessageType;
}

export type ReplyEnd = ReplyCompleted | ReplyCancelled | ReplyFailed;
export type ReplyEvent = ReplyDelta | ReplyEnd;

export const ReplyEventUnion = createUnionType({
  name: 'ReplyEvent',
  types: () => [ReplyDelta, ReplyCompleted, ReplyCancelled, ReplyFailed] as const,
  resolveType: (event) => event.__typename,
});
