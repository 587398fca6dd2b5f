import type { PluginFunction } from '@graphql-codegen/plugin-helpers';
import { Kind, type OperationDefinitionNode } from 'graphql';

/** A hook of Apollo Client for each operation, over the typed documents of the client preset in `graphql.ts`. */
export const plugin: PluginFunction = (_schema, files) => {
  const operations = files
    .flatMap(({ document }) => document?.definitions ?? [])
    .filter((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION);
  const hooks = operations.map(hookOf).sort();
  return {
    prepend: [
      '/* Written by `npm run codegen` from schema/operations. */',
      "import { useMutation, useQuery, useSubscription } from '@apollo/client/react';",
      "import type { MutationOptions, MutationResult, QueryOptions, QueryResult, SubscriptionOptions, SubscriptionResult } from '../apollo/hook-types.ts';",
      "import * as g from './graphql.ts';",
    ],
    content: `\nexport * from './graphql.ts';\n\n${hooks.join('\n')}`,
  };
};

function hookOf({ name, operation }: OperationDefinitionNode): string {
  if (!name) throw new Error('An operation needs a name, from which its hook has its own.');
  const kind = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  const types = `<g.${name.value}${kind}, g.${name.value}${kind}Variables>`;
  const [options, result] = [`${kind}Options${types}`, `${kind}Result${types}`];
  return `export function use${name.value}${kind}(...options: ${options}): ${result} {
  return use${kind}${types}(g.${name.value}Document, ...options);
}
`;
}
