import {
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';

type Projection = (event: Readonly<Record<string, unknown>>) => ExecutionResult;

/**
 * What executing a valid subscription on an event of `typeName` gives, for a type of plain fields only: worked out once
 * for each subscription, so that a delta costs no execution. Null where the document asks for more than that covers.
 *
 * @param unionName the type of the subscription's field, of which `typeName` is a member
 */
export function projectionOf(args: ExecutionArgs, typeName: string, unionName: string): Projection | null {
  const [root, ...others] = getOperationAST(args.document, args.operationName)?.selectionSet.selections ?? [];
  if (root?.kind !== Kind.FIELD || others.length > 0 || root.directives?.length || !root.selectionSet) return null;
  const fields = fieldsOn(typeName, unionName, root.selectionSet, fragmentsOf(args));
  if (!fields) return null;
  const key = (root.alias ?? root.name).value;
  const pairs = [...fields];
  return (event) => ({ data: { [key]: Object.fromEntries(pairs.map(([as, field]) => [as, event[field]])) } });
}

/** Names in the answer → names in the type, in the order of the answer; null where a directive or a nested field is. */
function fieldsOn(
  typeName: string,
  unionName: string,
  selections: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Map<string, string> | null {
  const fields = new Map<string, string>();
  const seen = new Set<string>();

  function collect(set: SelectionSetNode): boolean {
    return set.selections.every((selection) => {
      if (selection.directives?.length) return false;
      if (selection.kind === Kind.FIELD) {
        fields.set((selection.alias ?? selection.name).value, selection.name.value);
        return !selection.selectionSet;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return within(selection.typeCondition?.name.value, selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      if (!fragment || fragment.directives?.length) return false;
      if (seen.has(fragment.name.value)) return true;
      seen.add(fragment.name.value);
      return within(fragment.typeCondition.name.value, fragment.selectionSet);
    });
  }

  const within = (on: string | undefined, set: SelectionSetNode): boolean =>
    on === undefined || on === typeName || on === unionName ? collect(set) : true;

  return collect(selections) ? fields : null;
}

const fragmentsOf = ({ document }: ExecutionArgs) =>
  new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
