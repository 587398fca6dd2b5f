const DAY_MS = 86_400_000;

/** As short as it is clear: `08:52`, `yesterday 08:52`, `3 Sep`, `3 Sep 2025`. */
export function when(instant: string, now = new Date()): string {
  const date = new Date(instant);
  const time = format(date, { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((midnight(now) - midnight(date)) / DAY_MS);
  if (days === 0) return time;
  if (days === 1) return `yesterday ${time}`;
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format(date, { day: 'numeric', month: 'short', ...year });
}

const format = (date: Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', options).format(date);

const midnight = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);
