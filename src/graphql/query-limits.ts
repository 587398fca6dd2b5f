import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { costOf } from './query-cost.ts';

/** Words and signs of a document; beyond them it is not parsed to its end. */
export const MAX_TOKENS = 2_000;
const MAX_DEPTH = 12;
const MAX_ALIASES = 30;
const MAX_COMPLEXITY = 5_000;

interface Shape {
  depth: number;
  aliases: number;
}

const EMPTY: Shape = { depth: 0, aliases: 0 };

/** What a document is checked by besides the rules of GraphQL, on every transport. */
export const ownRules = (introspection: boolean): ValidationRule[] =>
  introspection ? [shapeRule] : [shapeRule, NoSchemaIntrospectionCustomRule];

/** A validation rule: depth and aliases of each operation, fragments included; introspection fields are free. */
export function shapeRule(context: ValidationContext): ASTVisitor {
  const known = new Map<FragmentDefinitionNode, Shape>();

  function shapeOf(set: SelectionSetNode | undefined): Shape {
    let [depth, aliases] = [0, 0];
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD && selection.name.value.startsWith('__')) continue;
      const inner = withinOf(selection);
      const isField = selection.kind === Kind.FIELD;
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
    }
    return { depth, aliases };
  }

  function withinOf(selection: SelectionNode): Shape {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return shapeOf(selection.selectionSet);
    const fragment = context.getFragment(selection.name.value);
    const found = fragment ? known.get(fragment) : EMPTY;
    if (!fragment || found) return found ?? EMPTY;
    // A cycle is another rule's error; here it only must end.
    known.set(fragment, EMPTY);
    const shape = shapeOf(fragment.selectionSet);
    known.set(fragment, shape);
    return shape;
  }

  return {
    OperationDefinition(operation) {
      const { depth, aliases } = shapeOf(operation.selectionSet);
      if (depth > MAX_DEPTH) context.reportError(tooComplex(`The query is ${depth} levels deep`, MAX_DEPTH));
      if (aliases > MAX_ALIASES) context.reportError(tooComplex(`The query has ${aliases} aliases`, MAX_ALIASES));
    },
  };
}

/** No validation rule, because it depends on the variables: a document that was valid once is not validated again. */
export function complexityError(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  operationName?: string | null,
): GraphQLError | null {
  const cost = costOf(schema, document, variables, operationName);
  return cost > MAX_COMPLEXITY ? tooComplex(`The query costs ${cost}`, MAX_COMPLEXITY) : null;
}

const tooComplex = (finding: string, limit: number) =>
  new GraphQLError(`${finding}; at most ${limit} is allowed.`, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
