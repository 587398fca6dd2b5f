import 'reflect-metadata';
import { type GraphQLSchema, GraphQLUnionType, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { MemoryResolver } from './chat/memory.resolver.ts';
import { ChatMessageResolver } from './chat/message.resolver.ts';
import { ChatSessionResolver } from './chat/session.resolver.ts';
import { DocumentChunkResolver, DocumentResolver } from './documents/document.resolver.ts';
import { DateTime } from './graphql/date-time.ts';
import { ModelResolver } from './models/model.resolver.ts';
import { PrivacyResolver } from './privacy/privacy.resolver.ts';
import { ReportResolver } from './reports/report.resolver.ts';
import { ViewerResolver } from './users/viewer.resolver.ts';

export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      ChatMessageResolver,
      ChatSessionResolver,
      DocumentChunkResolver,
      DocumentResolver,
      MemoryResolver,
      ModelResolver,
      PrivacyResolver,
      ReportResolver,
      ViewerResolver,
    ],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: { forbidUnknownValues: false, stopAtFirstError: true },
    // type-graphql insists on one as soon as there is a subscription; ours all have `subscribe`.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('Subscriptions here have their own `subscribe`.');
      },
    },
  });
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    // An event is the field's value; type-graphql would convert and validate the arguments again for each.
    field.resolve = (event) => event;
  }
  const replyEvent = schema.getType('ReplyEvent');
  // graphql's own default reads `__typename`, without the promise that type-graphql wraps around it.
  if (replyEvent instanceof GraphQLUnionType) replyEvent.resolveType = null;
  return schema;
}

export const printed = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
