import type { OperationVariables } from '@apollo/client';
import type { SkipToken, useMutation, useQuery, useSubscription } from '@apollo/client/react';

/** Arguments of a hook: options may be left out where no variable is required. */
type Arguments<Variables, Options> = Record<never, never> extends Variables ? [options?: Options] : [options: Options];

/** `skipToken` in place of options asks nothing. What needs `returnPartialData` uses `useQuery` with the document. */
export type QueryOptions<Data, Variables extends OperationVariables> = Arguments<
  Variables,
  SkipToken | (useQuery.Options<Data, Variables> & { returnPartialData?: false })
>;

export type QueryResult<Data, Variables extends OperationVariables> = useQuery.Result<
  Data,
  Variables,
  'empty' | 'complete' | 'streaming',
  Partial<Variables>
>;

export type MutationOptions<Data, Variables extends OperationVariables> = [
  options?: useMutation.Options<Data, Variables>,
];

export type MutationResult<Data, Variables extends OperationVariables> = useMutation.ResultTuple<Data, Variables>;

export type SubscriptionOptions<Data, Variables extends OperationVariables> = Arguments<
  Variables,
  SkipToken | useSubscription.Options<Data, Variables>
>;

export type SubscriptionResult<Data, _Variables> = useSubscription.Result<Data>;
