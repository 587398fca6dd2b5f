import type { DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { counted } from '../parts/words.ts';

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** As in "812 bytes", "24 kB", "1.3 MB". */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const count = bytes / 1000 ** power;
  const maximumFractionDigits = power > 1 && count < 10 ? 1 : 0;
  const format = { style: 'unit', unit: UNITS[power - 1], maximumFractionDigits } as const;
  return new Intl.NumberFormat(undefined, format).format(count);
}

/** What has become of it, in a word or two. */
export function stateOf({ status, chunkCount }: DocumentFieldsFragment): string {
  if (status === 'PENDING') return 'Being read';
  if (status === 'FAILED') return 'Could not be read';
  return counted(chunkCount, 'passage');
}
