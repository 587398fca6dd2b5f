import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { eraseMyData } from './erase-my-data.ts';
import { EraseMyDataInput, EraseMyDataPayload } from './privacy.type.ts';

@Resolver()
export class PrivacyResolver {
  @Mutation(() => EraseMyDataPayload, {
    description: "Deletes everything the viewer has here, derived data included. `confirm` must be the viewer's id.",
  })
  eraseMyData(
    @Ctx() ctx: Context,
    @Arg('input', () => EraseMyDataInput) input: EraseMyDataInput,
  ): Promise<EraseMyDataPayload> {
    return eraseMyData(ctx, input);
  }
}
