import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant in UTC as RFC 3339, for example 2026-11-22T09:30:00.000Z.',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new TypeError(`Not a Date: ${String(value)}`);
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): Date {
  const date = typeof value === 'string' && RFC_3339.test(value) ? new Date(value) : null;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw new GraphQLError('Expected an instant such as 2026-11-22T09:30:00.000Z.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
