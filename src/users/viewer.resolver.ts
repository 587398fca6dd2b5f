import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { DateTime } from '../graphql/date-time.ts';
import { tokensLeftToday } from './limits.ts';
import { summarizeUsage } from './summarize-usage.ts';
import { Limits, UsageSummary } from './usage.type.ts';

@ObjectType('Viewer', { simpleResolvers: true })
class ViewerType {
  @Field(() => ID) id: string;
}

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType)
  viewer(@Ctx() { viewer }: Context): ViewerType {
    return viewer;
  }

  @FieldResolver(() => UsageSummary, {
    description:
      'All sessions, deleted ones included, between two instants. Default: since the beginning.\n`since` is in the period, `until` is not.',
  })
  usage(
    @Ctx() { em, viewer }: Context,
    @Arg('since', () => DateTime, { nullable: true }) since: Date | null,
    @Arg('until', () => DateTime, { nullable: true }) until: Date | null,
  ): Promise<UsageSummary> {
    return summarizeUsage(em, viewer.id, { since: since ?? null, until: until ?? null });
  }

  @FieldResolver(() => Limits)
  async limits(@Ctx() { app, em, viewer }: Context): Promise<Limits> {
    const { messagesPerMinute, tokensPerDay, tokensPerSession } = app.config.limits;
    const left = await tokensLeftToday(em, app.config.limits, viewer.id);
    return { messagesPerMinute, tokensPerDay, tokensLeftToday: left, tokensPerSession };
  }
}
