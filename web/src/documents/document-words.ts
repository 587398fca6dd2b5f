import type { DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { counted } from '../parts/words.ts';

/** What has become of it, in a word or two. */
export function stateOf({ status, chunkCount }: DocumentFieldsFragment): string {
  if (status === 'PENDING') return 'Being read';
  if (status === 'FAILED') return 'Could not be read';
  return counted(chunkCount, 'passage');
}
