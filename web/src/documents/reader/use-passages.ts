import { skipToken } from '@apollo/client/react';
import { useDocumentQuery, useDocumentTextQuery } from '../../../../client/generated/hooks.ts';
import { type Passage, passagesIn } from './passages-in.ts';

/** About 20,000 characters, which the server gives in one piece. */
export const PAGE_PASSAGES = 50;
const MAX_TEXT_UNITS = 100_000;

interface Passages {
  passages: readonly Passage[];
  isLoading: boolean;
  error: Error | undefined;
  retry: () => void;
}

/** The passages of one page, with what stands between them. */
export function usePassages(id: string, page: number): Passages {
  const found = useDocumentQuery({ variables: { id, first: PAGE_PASSAGES, from: page * PAGE_PASSAGES } });
  const chunks = found.data?.document?.chunks ?? [];
  const [first, last] = [chunks[0], chunks.at(-1)];
  const from = first?.start ?? 0;
  const length = Math.min(last ? last.start + last.text.length - from : 0, MAX_TEXT_UNITS);
  const read = useDocumentTextQuery(length > 0 ? { variables: { id, from, length } } : skipToken);
  const isLoading = found.loading || read.loading;
  return {
    passages: isLoading ? [] : passagesIn(chunks, read.data?.document?.text ?? '', from),
    isLoading,
    // Without what stands between them, passages can still be read.
    error: found.error,
    retry: () => void found.refetch(),
  };
}
