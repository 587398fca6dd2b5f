import { Ctx, Field, ID, Int, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';
import type { Context } from '../context.ts';
import { DateTime } from '../graphql/date-time.ts';
import { enumOf } from '../graphql/enum-of.ts';

const ModelState = { READY: 'READY', UNREACHABLE: 'UNREACHABLE' } as const;
registerEnumType(ModelState, {
  name: 'ModelState',
  valuesConfig: { UNREACHABLE: { description: 'The endpoint did not answer.' } },
});
const ModelProvider = enumOf('ModelProvider', ['OFFLINE', 'OPENAI']);

@ObjectType('Model', { simpleResolvers: true })
class ModelType {
  @Field(() => ID) id: string;
  @Field(() => Int) contextWindowTokens: number;
  @Field(() => Boolean) isDefault: boolean;
}

@ObjectType('ModelStatus', { simpleResolvers: true })
class ModelStatusType {
  @Field(() => ModelState) state: keyof typeof ModelState;

  @Field(() => ModelProvider, {
    description: "OFFLINE is the built-in extractive responder; OPENAI is any endpoint that speaks OpenAI's protocol.",
  })
  provider: keyof typeof ModelProvider;

  @Field(() => String) chatModel: string;
  @Field(() => String) embeddingModel: string;
  @Field(() => String, { nullable: true, description: 'Why it is not ready.' }) error: string | null;
  @Field(() => DateTime) checkedAt: Date;
}

const CHECK_TIMEOUT_MS = 5_000;

@Resolver()
export class ModelResolver {
  @Query(() => [ModelType], {
    description: 'The chat models that a session may use; the first is the default.',
  })
  models(@Ctx() { app }: Context): ModelType[] {
    return app.chat.models.map(({ id, contextWindowTokens }, index) => ({
      id,
      contextWindowTokens,
      isDefault: index === 0,
    }));
  }

  @Query(() => ModelStatusType)
  async modelStatus(@Ctx() { app }: Context): Promise<ModelStatusType> {
    const error = await app.chat.problem(AbortSignal.timeout(CHECK_TIMEOUT_MS));
    return {
      state: error === null ? 'READY' : 'UNREACHABLE',
      provider: app.chat.kind,
      chatModel: app.chat.models[0]?.id ?? '',
      embeddingModel: app.embedder.model,
      error,
      checkedAt: new Date(),
    };
  }
}
