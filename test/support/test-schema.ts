import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from '../../src/context.ts';
import { AppError } from '../../src/errors.ts';
import { EventSource } from './event-source.ts';

const SDL = `
  type Query {
    viewerId: String!
    lengthOf(text: String!): Int!
    broken: String!
    nothing: String!
    full: String!
    people(first: Int! = 20): PersonConnection!
    person: Person!
  }
  type Person { name: String!, friend: Person!, friends(first: Int! = 20): PersonConnection! }
  type PersonConnection { nodes: [Person!]! }

  type Subscription {
    replyStream(messageId: ID!): ReplyEvent!
    refused: ReplyEvent!
  }
  union ReplyEvent = ReplyDelta | ReplyCompleted
  type ReplyDelta { messageId: ID!, offset: Int!, text: String! }
  type ReplyCompleted {
    "Counts the entity managers that were seen: each that is new has the next number."
    readBy: Int!
    viewerId: String!
    broken: String
  }
`;

type Resolver = GraphQLFieldResolver<unknown, Context, Record<string, unknown>>;

/** A schema with everything that transports must treat alike, and the source of what `replyStream` emits. */
export function testSchema(): { schema: GraphQLSchema; source: EventSource } {
  const schema = buildSchema(SDL);
  const source = new EventSource();
  const seen: unknown[] = [];
  const resolvers: Record<string, Record<string, Resolver>> = {
    Query: {
      viewerId: (_root, _args, ctx) => ctx.viewer.id,
      lengthOf: (_root, { text }) => String(text).length,
      broken: (): never => fail(new TypeError('a secret of the server')),
      nothing: (): never => fail(new AppError('NOT_FOUND', 'No such thing.', { hint: 'look elsewhere' })),
      full: (): never => fail(Object.assign(new Error('disk at /var/lib'), { code: 'SQLITE_FULL' })),
    },
    ReplyCompleted: {
      readBy: (_root, _args, ctx) => {
        if (!seen.includes(ctx.em)) seen.push(ctx.em);
        return seen.indexOf(ctx.em) + 1;
      },
      viewerId: (_root, _args, ctx) => ctx.viewer.id,
      broken: (): never => fail(new TypeError('a secret of the server')),
    },
  };
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!type || !('getFields' in type)) throw new Error(`No type ${typeName}.`);
    for (const [name, resolve] of Object.entries(fields)) Object.assign(type.getFields()[name] ?? {}, { resolve });
  }
  const subscriptions = schema.getSubscriptionType()?.getFields() ?? {};
  Object.assign(subscriptions.replyStream ?? {}, {
    subscribe: () => source.read(),
    resolve: (event: unknown) => event,
  });
  Object.assign(subscriptions.refused ?? {}, {
    subscribe: () => fail(new AppError('NOT_FOUND', 'No such reply.')),
    resolve: (event: unknown) => event,
  });
  return { schema, source };
}

function fail(error: Error): never {
  throw error;
}
