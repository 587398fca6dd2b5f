import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../context.ts';
import { usageOf } from '../users/usage.ts';
import { TokenUsageType } from '../users/usage.type.ts';
import {
  ChatMessagePayload,
  ChatMessageType,
  MemoryState,
  MessageIdInput,
  SendMessageInput,
  SendMessagePayload,
} from './message.type.ts';
import { cancelReply } from './messages/cancel-reply.ts';
import { messageCursor } from './messages/list-messages.ts';
import { retryReply } from './messages/retry-reply.ts';
import { sendMessage } from './messages/send-message.ts';
import { findMessage, isRunning, type MessageRow, noSuchSession } from './own.ts';
import { CitationType, PromptManifestType } from './prompt.type.ts';
import { citationsOf, showManifest } from './prompts/show-manifest.ts';
import { followReply } from './replies/follow-reply.ts';
import { type ReplyEvent, ReplyEventUnion } from './reply-event.type.ts';
import { ChatSessionType } from './session.type.ts';

@Resolver(() => ChatMessageType)
export class ChatMessageResolver {
  @Query(() => ChatMessageType, { nullable: true })
  chatMessage(@Ctx() { em, viewer }: Context, @Arg('id', () => ID) id: string): Promise<ChatMessageType | null> {
    return findMessage(em, viewer.id, id);
  }

  @Mutation(() => SendMessagePayload, {
    description: 'Stores a message, starts the reply and returns both. Follow the reply with `replyStream`.',
  })
  // Not validated yet: a key that was used already answers first.
  sendMessage(
    @Ctx() ctx: Context,
    @Arg('input', () => SendMessageInput, { validate: false }) input: SendMessageInput,
  ): Promise<SendMessagePayload> {
    return sendMessage(ctx, input);
  }

  @Mutation(() => ChatMessagePayload, {
    description:
      'Stops a reply. What was written stays, with status CANCELLED. Closing a subscription never stops a reply.',
  })
  async cancelReply(
    @Ctx() ctx: Context,
    @Arg('input', () => MessageIdInput) { messageId }: MessageIdInput,
  ): Promise<ChatMessagePayload> {
    return { message: await cancelReply(ctx, messageId) };
  }

  @Mutation(() => ChatMessagePayload, {
    description:
      'Writes the last reply of a session again. The earlier one stays, superseded. Calling it twice writes once.',
  })
  async retryReply(
    @Ctx() ctx: Context,
    @Arg('input', () => MessageIdInput) { messageId }: MessageIdInput,
  ): Promise<ChatMessagePayload> {
    return { message: await retryReply(ctx, messageId) };
  }

  @Subscription(() => ReplyEventUnion, {
    description:
      'Follows one reply being written: everything from `fromOffset` on, then live, then exactly one of ReplyCompleted,\nReplyCancelled or ReplyFailed, after which it ends. To resume, subscribe again with the length of the text held.',
    subscribe: ({ args, context }) => followReply(context, { messageId: args.messageId, fromOffset: args.fromOffset }),
  })
  replyStream(
    @Root() event: ReplyEvent,
    @Arg('messageId', () => ID) _messageId: string,
    @Arg('fromOffset', () => Int, { defaultValue: 0 }) _fromOffset: number,
  ): ReplyEvent {
    return event;
  }

  @FieldResolver(() => ChatSessionType)
  async session(@Ctx() { loaders }: Context, @Root() message: MessageRow): Promise<ChatSessionType> {
    const session = await loaders.sessionById.load(message.session);
    // Deleted for good since the message was read.
    if (!session) throw noSuchSession();
    return session;
  }

  @FieldResolver(() => String, { description: 'For `after` and `before` of ChatSession.messages.' })
  cursor(@Root() message: MessageRow): string {
    return messageCursor(message);
  }

  @FieldResolver(() => String, { description: 'While STREAMING: the text so far.' })
  content(@Ctx() { app, loaders }: Context, @Root() message: MessageRow): string | Promise<string> {
    if (!isRunning(message)) return message.content;
    return app.replies.get(message.id)?.log.text ?? loaders.persistedText.load(message.id);
  }

  @FieldResolver(() => ChatMessageType, { nullable: true, description: 'The message that this one answers.' })
  replyTo(@Ctx() { loaders }: Context, @Root() message: MessageRow): Promise<ChatMessageType | null> | null {
    return message.replyTo === null ? null : loaders.messageById.load(message.replyTo);
  }

  @FieldResolver(() => ChatMessageType, {
    nullable: true,
    description:
      'The reply written in its place, once it was retried. What is superseded stays out of prompts, memory and reports.',
  })
  supersededBy(@Ctx() { loaders }: Context, @Root() message: MessageRow): Promise<ChatMessageType | null> | null {
    return message.supersededBy === null ? null : loaders.messageById.load(message.supersededBy);
  }

  @FieldResolver(() => TokenUsageType, { nullable: true, description: 'Null until known.' })
  usage(@Root() { inputTokens, outputTokens }: MessageRow): TokenUsageType | null {
    return inputTokens === null || outputTokens === null ? null : usageOf({ inputTokens, outputTokens });
  }

  @FieldResolver(() => MemoryState)
  memory(@Ctx() { loaders }: Context, @Root() message: MessageRow): Promise<MemoryState> {
    return loaders.memoryState.load(message);
  }

  @FieldResolver(() => PromptManifestType, {
    nullable: true,
    description: 'What the model was given to write this; null for messages written by a person.',
  })
  async prompt(@Ctx() ctx: Context, @Root() message: MessageRow): Promise<PromptManifestType | null> {
    const manifest = await manifestOf(ctx, message);
    return manifest && showManifest(ctx, manifest);
  }

  @FieldResolver(() => [CitationType], { description: 'The sources that the text refers to as [1], [2], …' })
  async citations(@Ctx() ctx: Context, @Root() message: MessageRow): Promise<CitationType[]> {
    const manifest = await manifestOf(ctx, message);
    return manifest ? citationsOf(ctx, await this.content(ctx, message), manifest) : [];
  }
}

const manifestOf = async ({ loaders }: Context, message: MessageRow) =>
  message.role === 'ASSISTANT' ? loaders.manifest.load(message.id) : null;
