const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** As in "12 kB", "3.4 MB". */
export function inBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const unit = UNITS[power] ?? 'byte';
  const digits = power > 1 ? 1 : 0;
  return new Intl.NumberFormat(undefined, {
    ...{ style: 'unit', unit, unitDisplay: power === 0 ? 'long' : 'short', maximumFractionDigits: digits },
  }).format(bytes / 1000 ** power);
}
