import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { forgetMemory } from './memory/forget-memory.ts';
import { searchDocuments } from './memory/search-documents.ts';
import { searchMemory } from './memory/search-memory.ts';
import {
  DocumentHitType,
  ForgetMemoryInput,
  ForgetMemoryPayload,
  MemoryHitType,
  SearchDocumentsInput,
  SearchMemoryInput,
} from './memory.type.ts';
import { PreviewPromptInput, PromptManifestType } from './prompt.type.ts';
import { previewPrompt } from './prompts/preview-prompt.ts';
import { showManifest } from './prompts/show-manifest.ts';

@Resolver()
export class MemoryResolver {
  @Query(() => [MemoryHitType], {
    description:
      "What long-term memory holds about a question, best first. Never returns another user's messages.\nEmbeds the question, so it is refused with LIMIT_EXCEEDED where it has more tokens than `limits.tokensLeftToday`.",
  })
  searchMemory(
    @Ctx() ctx: Context,
    @Arg('input', () => SearchMemoryInput) input: SearchMemoryInput,
  ): Promise<MemoryHitType[]> {
    return searchMemory(ctx, input);
  }

  @Query(() => [DocumentHitType], {
    description:
      "Passages of the viewer's documents, best first; one that stands in several word for word is given once. Of documents with more than 100,000 passages together, the first that are named are searched, or the newest.\nEmbeds the question, so it is refused with LIMIT_EXCEEDED where it has more tokens than `limits.tokensLeftToday`.",
  })
  searchDocuments(
    @Ctx() ctx: Context,
    @Arg('input', () => SearchDocumentsInput) input: SearchDocumentsInput,
  ): Promise<DocumentHitType[]> {
    return searchDocuments(ctx, input);
  }

  @Query(() => PromptManifestType, {
    description:
      'What `sendMessage` would put before the model now. Calls no chat model and stores nothing.\nEmbeds the question, so it is refused with LIMIT_EXCEEDED where it has more tokens than `limits.tokensLeftToday`.',
  })
  async previewPrompt(
    @Ctx() ctx: Context,
    @Arg('input', () => PreviewPromptInput) input: PreviewPromptInput,
  ): Promise<PromptManifestType> {
    return showManifest(ctx, await previewPrompt(ctx, input));
  }

  @Mutation(() => ForgetMemoryPayload, {
    description: 'Removes messages from long-term memory; the messages themselves stay in their session.',
  })
  async forgetMemory(
    @Ctx() ctx: Context,
    @Arg('input', () => ForgetMemoryInput) input: ForgetMemoryInput,
  ): Promise<ForgetMemoryPayload> {
    return { forgottenMessages: await forgetMemory(ctx, input) };
  }
}
