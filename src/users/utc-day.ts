export const DAY_MS = 86_400_000;

export const startOfDay = (now: Date): Date => new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);

export const startOfNextDay = (now: Date): Date => new Date(startOfDay(now).getTime() + DAY_MS);
