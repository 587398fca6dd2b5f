import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../graphql/date-time.ts';
import { IsText } from '../graphql/is-text.ts';

@InputType()
export class EraseMyDataInput {
  @Field(() => String)
  @IsText()
  confirm: string;
}

@ObjectType({ simpleResolvers: true, description: 'What was deleted, counted by kind.' })
export class EraseMyDataPayload {
  @Field(() => Int) sessions: number;
  @Field(() => Int) messages: number;
  @Field(() => Int) documents: number;
  @Field(() => Int) chunks: number;
  @Field(() => Int) usageEntries: number;
  @Field(() => DateTime) erasedAt: Date;
}
