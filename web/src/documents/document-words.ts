import type { DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { counted } from '../parts/words.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** As in "812 byte", "24 kB", "1.3 MB". */
export function sizeOf(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const count = bytes / 1000 ** power;
  const maximumFractionDigits = power > 1 && count < 10 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: UNITS[power], maximumFractionDigits }).format(count);
}

/** What has become of it, in a word or two. */
export function stateOf({ status, chunkCount }: DocumentFieldsFragment): string {
  if (status === 'PENDING') return 'Being read';
  if (status === 'FAILED') return 'Could not be read';
  return counted(chunkCount, 'passage');
}
