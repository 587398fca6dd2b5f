import { Max, Min, ValidateNested } from 'class-validator';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Context } from '../context.ts';
import { DocumentType } from '../documents/document.type.ts';
import { ChatMessageConnection, ChatMessageType } from './message.type.ts';
import { listMessages, messageCursor } from './messages/list-messages.ts';
import { findSession, type SessionRow } from './own.ts';
import {
  ChatSessionConnection,
  ChatSessionFilter,
  ChatSessionIdInput,
  ChatSessionPayload,
  ChatSessionType,
  CreateChatSessionInput,
  DeleteChatSessionInput,
  DeleteChatSessionPayload,
  MemoryStatusType,
  SetLongTermMemoryInput,
  TokenUsageType,
  UpdateChatSessionInput,
} from './session.type.ts';
import { createSession } from './sessions/create-session.ts';
import { deleteSession, purgeSession } from './sessions/delete-session.ts';
import { followSession } from './sessions/follow-session.ts';
import { countSessions, listSessions, sessionCursor } from './sessions/list-sessions.ts';
import { restoreSession } from './sessions/restore-session.ts';
import { setLongTermMemory } from './sessions/set-long-term-memory.ts';
import { updateSession } from './sessions/update-session.ts';

@ArgsType()
class SessionPageArguments {
  @Field(() => Int, { defaultValue: 20 })
  @Min(1)
  @Max(100)
  first: number;

  @Field(() => String, { nullable: true }) after?: string | null;

  @Field(() => ChatSessionFilter, { nullable: true })
  @ValidateNested()
  filter?: ChatSessionFilter | null;
}

@ArgsType()
class MessagePageArguments {
  @Field(() => Int, { nullable: true }) first?: number | null;
  @Field(() => String, { nullable: true }) after?: string | null;
  @Field(() => Int, { nullable: true }) last?: number | null;
  @Field(() => String, { nullable: true }) before?: string | null;
}

@Resolver(() => ChatSessionType)
export class ChatSessionResolver {
  @Query(() => ChatSessionType, {
    nullable: true,
    description: "Null when there is none, or it is not the viewer's.",
  })
  chatSession(@Ctx() { em, viewer }: Context, @Arg('id', () => ID) id: string): Promise<ChatSessionType | null> {
    return findSession(em, viewer.id, id);
  }

  @Query(() => ChatSessionConnection, { description: 'By `updatedAt`, newest first.' })
  async chatSessions(
    @Ctx() ctx: Context,
    @Args(() => SessionPageArguments) page: SessionPageArguments,
  ): Promise<ChatSessionConnection> {
    const { nodes, hasNextPage, hasPreviousPage } = await listSessions(ctx, page);
    const edges = nodes.map((node) => ({ node, cursor: sessionCursor(node) }));
    return {
      nodes,
      edges,
      pageInfo: { hasNextPage, hasPreviousPage, ...cursorsOf(edges) },
      totalCount: () => countSessions(ctx.em, ctx.viewer.id, page.filter),
    };
  }

  @Mutation(() => ChatSessionPayload)
  async createChatSession(
    @Ctx() ctx: Context,
    @Arg('input', () => CreateChatSessionInput) input: CreateChatSessionInput,
  ): Promise<ChatSessionPayload> {
    return { session: await createSession(ctx, input) };
  }

  @Mutation(() => ChatSessionPayload, { description: 'Changes only the fields that are given.' })
  async updateChatSession(
    @Ctx() ctx: Context,
    @Arg('input', () => UpdateChatSessionInput) input: UpdateChatSessionInput,
  ): Promise<ChatSessionPayload> {
    return { session: await updateSession(ctx, input) };
  }

  @Mutation(() => DeleteChatSessionPayload, {
    description:
      'Hides a session; it can be restored until it is purged. `permanently: true` purges it at once, with its memory.',
  })
  async deleteChatSession(
    @Ctx() ctx: Context,
    @Arg('input', () => DeleteChatSessionInput) { id, permanently }: DeleteChatSessionInput,
  ): Promise<DeleteChatSessionPayload> {
    await (permanently ? purgeSession(ctx, id) : deleteSession(ctx, id));
    return { deletedId: id };
  }

  @Mutation(() => ChatSessionPayload)
  async restoreChatSession(
    @Ctx() ctx: Context,
    @Arg('input', () => ChatSessionIdInput) { id }: ChatSessionIdInput,
  ): Promise<ChatSessionPayload> {
    return { session: await restoreSession(ctx, id) };
  }

  @Mutation(() => ChatSessionPayload, {
    description:
      'Turns long-term memory on or off for one session. Off: nothing is recalled into its prompts or recorded from it.\nOn again also records what was written meanwhile, never what was forgotten.',
  })
  async setLongTermMemory(
    @Ctx() ctx: Context,
    @Arg('input', () => SetLongTermMemoryInput) input: SetLongTermMemoryInput,
  ): Promise<ChatSessionPayload> {
    return { session: await setLongTermMemory(ctx, input) };
  }

  @Subscription(() => ChatSessionType, {
    description: 'Emits the session whenever it, its messages or its memory change.',
    subscribe: ({ args, context }) => followSession(context, args.id),
  })
  chatSessionChanged(@Root() session: SessionRow, @Arg('id', () => ID) _id: string): ChatSessionType {
    return session;
  }

  @FieldResolver(() => [DocumentType], { description: 'The documents that answers may draw on.' })
  documents(@Ctx() { loaders }: Context, @Root() session: SessionRow): Promise<DocumentType[]> {
    return loaders.sessionDocuments.load(session.id);
  }

  @FieldResolver(() => MemoryStatusType, { description: 'How much of this session is in long-term memory.' })
  memory(@Ctx() { loaders }: Context, @Root() session: SessionRow): Promise<MemoryStatusType> {
    return loaders.memoryStatus.load(session.id);
  }

  @FieldResolver(() => ChatMessageConnection, {
    description: 'Oldest first. Without `first` or `last`: the last 50. At most 100 at a time.',
  })
  async messages(
    @Ctx() ctx: Context,
    @Root() session: SessionRow,
    @Args(() => MessagePageArguments) page: MessagePageArguments,
  ): Promise<ChatMessageConnection> {
    const { nodes, hasNextPage, hasPreviousPage } = await listMessages(ctx, session, page);
    const edges = nodes.map((node) => ({ node, cursor: messageCursor(node) }));
    return {
      nodes,
      edges,
      pageInfo: { hasNextPage, hasPreviousPage, ...cursorsOf(edges) },
      totalCount: session.messageCount,
    };
  }

  @FieldResolver(() => ChatMessageType, { nullable: true, description: 'The reply being written now.' })
  runningReply(@Ctx() { loaders }: Context, @Root() session: SessionRow): Promise<ChatMessageType | null> {
    return loaders.runningReply.load(session.id);
  }

  @FieldResolver(() => TokenUsageType)
  usage(@Ctx() { loaders }: Context, @Root() session: SessionRow): Promise<TokenUsageType> {
    return loaders.sessionUsage.load(session.id);
  }

  @FieldResolver(() => Boolean, { description: 'False once deleted.' })
  isActive(@Root() session: SessionRow): boolean {
    return session.deletedAt === null;
  }
}

const cursorsOf = (edges: readonly { cursor: string }[]) => ({
  startCursor: edges[0]?.cursor ?? null,
  endCursor: edges.at(-1)?.cursor ?? null,
});
