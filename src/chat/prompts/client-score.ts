/** Scores are ordered as they are; clients see them from 0 to 1. */
export const clientScore = (score: number): number => Math.min(1, Math.max(0, score));
