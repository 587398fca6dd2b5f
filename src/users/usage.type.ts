import { Field, Int, ObjectType } from 'type-graphql';
import { enumOf } from '../graphql/enum-of.ts';
import { usagePurposes } from './usage.entity.ts';

export const UsagePurpose = enumOf('UsagePurpose', usagePurposes);

@ObjectType('TokenUsage', {
  description: 'What the models counted. More than 2,147,483,647 is shown as that.',
  simpleResolvers: true,
})
export class TokenUsageType {
  @Field(() => Int) inputTokens: number;
  @Field(() => Int) outputTokens: number;
  @Field(() => Int) totalTokens: number;
}

@ObjectType({ simpleResolvers: true })
export class PurposeUsage {
  @Field(() => UsagePurpose) purpose: (typeof usagePurposes)[number];
  @Field(() => TokenUsageType) usage: TokenUsageType;
}

@ObjectType({ simpleResolvers: true })
export class DayUsage {
  @Field(() => String, { description: 'In UTC, as 2026-11-22.' }) date: string;
  @Field(() => TokenUsageType) usage: TokenUsageType;
}

@ObjectType({ simpleResolvers: true })
export class UsageSummary {
  @Field(() => Int, { description: 'Those that had a message.' }) sessions: number;
  @Field(() => Int, { description: 'Of every role and status, superseded ones too.' }) messages: number;
  @Field(() => TokenUsageType, { description: 'What is purged stays counted.' }) total: TokenUsageType;

  @Field(() => [PurposeUsage], { description: 'Every purpose once, unused ones too.' })
  byPurpose: PurposeUsage[];

  @Field(() => [DayUsage], { description: 'Days with any usage, oldest first.' }) byDay: DayUsage[];
}

@ObjectType({ description: 'Null means no limit.', simpleResolvers: true })
export class Limits {
  @Field(() => Int, { nullable: true, description: 'Messages, retries and reports that may begin within a minute.' })
  messagesPerMinute: number | null;

  @Field(() => Int, { nullable: true, description: 'Of all models, for whatever purpose. Days are those of UTC.' })
  tokensPerDay: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Without what running replies have set aside; what they do not use comes back when they have ended.',
  })
  tokensLeftToday: number | null;

  @Field(() => Int, { nullable: true }) tokensPerSession: number | null;
}
