import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Where a connection has a page size that neither the query nor the schema gives. */
const DEFAULT_PAGE = 50;

/** Of a valid document: one for each field, times the page size of the connections it is in. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  given: Variables,
  operationName?: string | null,
): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return 0;
  const fragments = new Map(document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]));
  // Each fragment is worked out once: those that spread others twice would otherwise double the work with every level.
  const known = new Map<FragmentDefinitionNode, number>();
  const defaults = (operation.variableDefinitions ?? []).map((definition) => [
    definition.variable.name.value,
    numberOf(definition.defaultValue, {}),
  ]);
  const variables = { ...Object.fromEntries(defaults), ...given };
  return ofSelections(operation.selectionSet, root.name);

  function ofSelections(set: SelectionSetNode, typeName: string): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, typeName);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += ofFragment(fragments.get(selection.name.value));
      else cost += ofSelections(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
    }
    return cost;
  }

  function ofFragment(fragment: FragmentDefinitionNode | undefined): number {
    if (!fragment) return 0;
    const cost = known.get(fragment) ?? ofSelections(fragment.selectionSet, fragment.typeCondition.name.value);
    known.set(fragment, cost);
    return cost;
  }

  function ofField(node: FieldNode, typeName: string): number {
    const parent = schema.getType(typeName);
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!node.selectionSet || !field) return 1;
    return 1 + pageSize(node, field, variables) * ofSelections(node.selectionSet, getNamedType(field.type).name);
  }
}

const isFragment = (node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;

function pageSize(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number {
  const pages = field.args.filter(({ name }) => name === 'first' || name === 'last');
  if (pages.length === 0) return 1;
  const given = (node.arguments ?? [])
    .filter(({ name }) => pages.some((page) => page.name === name.value))
    .map(({ value }) => numberOf(value, variables))
    .filter((value) => value !== null);
  if (given.length > 0) return Math.max(...given);
  const byDefault: unknown = pages.find((page) => typeof page.defaultValue === 'number')?.defaultValue;
  return typeof byDefault === 'number' ? byDefault : DEFAULT_PAGE;
}

function numberOf(value: ValueNode | undefined, variables: Variables): number | null {
  const found = value?.kind === Kind.VARIABLE ? variables[value.name.value] : literalOf(value);
  return typeof found === 'number' ? Math.max(found, 0) : null;
}

const literalOf = (value: ValueNode | undefined) => (value?.kind === Kind.INT ? Number(value.value) : null);
