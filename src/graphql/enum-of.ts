import { registerEnumType } from 'type-graphql';

/** A GraphQL enum of the values that a column may have, without a TypeScript enum. */
export function enumOf<const T extends readonly string[]>(name: string, values: T): { [K in T[number]]: K } {
  const members = Object.fromEntries(values.map((value) => [value, value])) as { [K in T[number]]: K };
  registerEnumType(members, { name });
  return members;
}
