const DAY_MS = 86_400_000;

export const PERIODS = [
  { name: '7', label: '7 days', days: 7 },
  { name: '30', label: '30 days', days: 30 },
  { name: 'all', label: 'All', days: null },
] as const;

export type Period = (typeof PERIODS)[number]['name'];

/** When a day begins; days are those of UTC, as the server's. */
export const startOfDay = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);

/** When the allowance of today is renewed. */
export const startOfTomorrow = (now = new Date()): Date => new Date(startOfDay(now).getTime() + DAY_MS);

/** The beginning of a period that ends with today; undefined: of everything. */
export function sinceOf(period: Period, now = new Date()): Date | undefined {
  const days = PERIODS.find(({ name }) => name === period)?.days;
  return days ? new Date(startOfDay(now).getTime() - (days - 1) * DAY_MS) : undefined;
}
