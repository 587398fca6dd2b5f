import { ArrayMaxSize, MinLength } from 'class-validator';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ChatMessageType } from '../chat/message.type.ts';
import { ChatSessionType } from '../chat/session.type.ts';
import { DateTime } from '../graphql/date-time.ts';
import { IsText, MaxUnits } from '../graphql/is-text.ts';

@InputType()
export class GenerateReportInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The session to report on and write into. Omit to report on every active session, into a new one.',
  })
  sessionId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Documents to draw on besides those of the session, or of the sessions reported on. At most 50.',
  })
  @ArrayMaxSize(50)
  documentIds?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From then on, inclusive. Omit to begin with the first message.',
  })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Up to then, exclusive. Omit to go on to the last message.' })
  until?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the report should look at. At most 1,000 characters.',
  })
  @IsText()
  @MaxUnits(1_000)
  focus?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'As of sendMessage, with which it shares one set of keys: the same key returns the first result and writes nothing\ntwice; with another request it is a CONFLICT.',
  })
  @IsText()
  @MinLength(1)
  @MaxUnits(200)
  idempotencyKey?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Answer only when the report has ended.' })
  wait: boolean;
}

@ObjectType({ simpleResolvers: true })
export class GenerateReportPayload {
  @Field(() => ChatSessionType) session: ChatSessionType;
  @Field(() => ChatMessageType) report: ChatMessageType;
}
