import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';

@ObjectType('Viewer', { simpleResolvers: true })
class ViewerType {
  @Field(() => ID) id: string;
}

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType)
  viewer(@Ctx() { viewer }: Context): ViewerType {
    return viewer;
  }
}
