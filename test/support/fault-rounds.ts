/**
 * How much the fault tests on PostgreSQL do. `npm test` runs them short, `npm run test:faults` long.
 *
 * FAULT_ROUNDS      how often each fault comes (1)
 * FAULT_VIEWERS     how many viewers are there, each with two clients (12)
 * FAULT_SEED        which faults come together (1)
 * FAULT_HISTORIES   a folder in which the histories are kept
 */
export const FAULT_ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
export const FAULT_VIEWERS = Number(process.env.FAULT_VIEWERS ?? 12);
export const FAULT_SEED = Number(process.env.FAULT_SEED ?? 1);

/** More than a busy machine needs for anything that comes without a lease running out. */
export const PATIENCE = { timeout: 90_000, interval: 50 };

/** A lease runs out after 10 s and is taken over within 15. */
export const TAKEOVER = { timeout: 90_000, interval: 100 };

/** Said of a run where histories are kept. */
export function report(line: string): void {
  if (process.env.FAULT_HISTORIES) console.info(line);
}
