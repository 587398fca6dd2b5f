import { createUnionType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DocumentChunkType } from '../documents/document.type.ts';
import { enumOf } from '../graphql/enum-of.ts';
import { IsNotBlank, IsText, MaxUnits } from '../graphql/is-text.ts';
import { promptDecisions, sectionKinds } from '../prompt/prompt.ts';
import { ChatMessageType, MessageRole } from './message.type.ts';

export const PromptSectionKind = enumOf('PromptSectionKind', sectionKinds);
export const PromptDecision = enumOf('PromptDecision', promptDecisions);

export const PromptSource = createUnionType({
  name: 'PromptSource',
  types: () => [ChatMessageType, DocumentChunkType] as const,
  resolveType: (source) => ('seq' in source ? 'ChatMessage' : 'DocumentChunk'),
});

@ObjectType('PromptMessage', { simpleResolvers: true })
export class PromptMessageType {
  @Field(() => MessageRole) role: keyof typeof MessageRole;
  @Field(() => String) content: string;
}

@ObjectType('PromptItem', { simpleResolvers: true })
export class PromptItemType {
  @Field(() => PromptSource, {
    nullable: true,
    description: 'Null once the source is deleted, and for instructions.',
  })
  source: ChatMessageType | DocumentChunkType | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The n of [n] by which the text may refer to it; null where it was not sent with one.',
  })
  marker: number | null;

  @Field(() => PromptDecision) decision: keyof typeof PromptDecision;

  @Field(() => String, { nullable: true, description: 'Why it was cut or left out.' })
  reason: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Relevance to the question, from 0 to 1; null where nothing was ranked.',
  })
  score: number | null;

  @Field(() => Int) tokens: number;

  @Field(() => String) excerpt: string;
}

@ObjectType('PromptSection', { simpleResolvers: true })
export class PromptSectionType {
  @Field(() => PromptSectionKind) kind: keyof typeof PromptSectionKind;
  @Field(() => Int, { description: 'What it takes in the prompt as sent.' }) tokens: number;
  @Field(() => Int, { description: 'What it would have taken with no budget.' }) wantedTokens: number;

  @Field(() => Boolean, { description: 'Whether a model condensed its items with the question in mind.' })
  summarized: boolean;

  @Field(() => [PromptItemType]) items: PromptItemType[];
}

@ObjectType('PromptManifest', {
  simpleResolvers: true,
  description: 'Written after truncation, from what was really sent.',
})
export class PromptManifestType {
  @Field(() => [PromptMessageType], { description: 'Exactly what was sent, in order.' })
  messages: PromptMessageType[];

  @Field(() => String, { description: 'SHA-256, in hex, of the messages as canonical JSON.' })
  requestHash: string;

  @Field(() => Int) contextWindowTokens: number;
  @Field(() => Int, { description: 'Kept free for the reply.' }) replyTokens: number;
  @Field(() => Int, { description: 'What the prompt may use.' }) budgetTokens: number;
  @Field(() => Int) usedTokens: number;
  @Field(() => [PromptSectionType]) sections: PromptSectionType[];

  @Field(() => [String], {
    description: 'What went less than well, for a person to read: a search that timed out, a summary that failed.',
  })
  notes: string[];
}

@ObjectType('Citation', { simpleResolvers: true })
export class CitationType {
  @Field(() => Int, { description: 'The n of [n] in the text.' }) marker: number;

  @Field(() => PromptSource, { nullable: true, description: 'Null once the source is deleted.' })
  source: ChatMessageType | DocumentChunkType | null;

  @Field(() => String) excerpt: string;
}

@InputType()
export class PreviewPromptInput {
  @Field(() => ID) sessionId: string;

  @Field(() => String)
  @IsText()
  @IsNotBlank()
  @MaxUnits(32_000)
  content: string;
}
