import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Of a part of a document. */
interface Weight {
  cost: number;
  /** Whether it reads pages of rows. */
  hasPages: boolean;
}

/** Where a connection has a page size that neither the query nor the schema gives. */
const DEFAULT_PAGE = 50;

/** A list without pages is short, and comes with what it stands in; but pages that are read for each of its members do not. */
const USUAL_LIST = 20;

/** Fields that read more than a row: all messages of a session, all of its usage, all of a long text. */
const FIELD_COST = new Map([
  ['Document.text', 50],
  ['ChatSession.memory', 10],
  ['ChatSession.usage', 5],
]);

/** Of a valid document: one for each field, or its `FIELD_COST`, times the page size of what it is in. */
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
  const known = new Map<FragmentDefinitionNode, Weight>();
  const defaults = (operation.variableDefinitions ?? []).map((definition) => [
    definition.variable.name.value,
    definition.defaultValue && valueFromASTUntyped(definition.defaultValue),
  ]);
  const variables = { ...Object.fromEntries(defaults), ...given };
  return ofSelections(operation.selectionSet, root.name).cost;

  function ofSelections(set: SelectionSetNode, typeName: string): Weight {
    let [cost, hasPages] = [0, false];
    for (const selection of set.selections) {
      const weight = ofSelection(selection, typeName);
      cost += weight.cost;
      hasPages ||= weight.hasPages;
    }
    return { cost, hasPages };
  }

  function ofSelection(selection: SelectionNode, typeName: string): Weight {
    if (selection.kind === Kind.FIELD) return ofField(selection, typeName);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(fragments.get(selection.name.value));
    return ofSelections(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
  }

  function ofFragment(fragment: FragmentDefinitionNode | undefined): Weight {
    if (!fragment) return { cost: 0, hasPages: false };
    const weight = known.get(fragment) ?? ofSelections(fragment.selectionSet, fragment.typeCondition.name.value);
    known.set(fragment, weight);
    return weight;
  }

  function ofField(node: FieldNode, typeName: string): Weight {
    const parent = schema.getType(typeName);
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const own = FIELD_COST.get(`${typeName}.${node.name.value}`) ?? 1;
    if (!node.selectionSet || !field) return { cost: own, hasPages: own > 1 };
    const inner = ofSelections(node.selectionSet, getNamedType(field.type).name);
    const page = pageSize(node, field, variables);
    const length = isList(field) && !isConnection(parent) && inner.hasPages ? USUAL_LIST : 1;
    return { cost: own + (page ?? length) * inner.cost, hasPages: page !== null || inner.hasPages };
  }
}

const isFragment = (node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode =>
  node.kind === Kind.FRAGMENT_DEFINITION;

const isList = ({ type }: GraphQLField<unknown, unknown>) => isListType(getNullableType(type));

/** Its lists are as long as the page, which counted already. */
const isConnection = (type: unknown) => isObjectType(type) && 'pageInfo' in type.getFields();

/** Null where a field has no pages; the size may be an argument, or a field of an input. */
function pageSize(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number | null {
  const sizes = field.args.flatMap(({ name, type, defaultValue }) => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const given = value && valueFromASTUntyped(value, variables);
    if (isSize(name)) return [{ given, byDefault: defaultValue }];
    const named = getNamedType(type);
    const fields = isInputObjectType(named) ? Object.values(named.getFields()).filter((each) => isSize(each.name)) : [];
    return fields.map((each) => ({ given: memberOf(given, each.name), byDefault: each.defaultValue }));
  });
  if (sizes.length === 0) return null;
  const given = sizes.flatMap((size) => (typeof size.given === 'number' ? [Math.max(size.given, 0)] : []));
  if (given.length > 0) return Math.max(...given);
  const byDefault = sizes.map((size) => size.byDefault).find((size) => typeof size === 'number');
  return byDefault ?? DEFAULT_PAGE;
}

const isSize = (name: string) => name === 'first' || name === 'last';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
