/** What a model writes of a report, in this order; the rest is ours. */
export const writtenSections = ['BRIEF', 'GOALS', 'CHANGED', 'OBSTACLES', 'HELP', 'QUESTIONS'] as const;
export type WrittenSection = (typeof writtenSections)[number];

/** What a model writes before each of them, alone on its line. */
export const sectionLabels: Readonly<Record<WrittenSection, string>> = {
  BRIEF: 'IN BRIEF',
  GOALS: 'GOALS',
  CHANGED: 'CHANGED',
  OBSTACLES: 'IN THE WAY',
  HELP: 'HELPED',
  QUESTIONS: 'QUESTIONS',
};

/** The most sentences that each may have. */
export const mostSentences: Readonly<Record<WrittenSection, number>> = {
  BRIEF: 3,
  GOALS: 8,
  CHANGED: 1,
  OBSTACLES: 5,
  HELP: 5,
  QUESTIONS: 3,
};

/** Something of the viewer's that a report may rest on. */
export interface ReportPassage {
  /** The n of [n]. */
  marker: number;
  text: string;
  /** Null for a passage of a document. */
  saidAt: Date | null;
  /** Of the document; null for a message. */
  filename: string | null;
}

/** What a report is made from, after truncation: for a responder that works by rules and reads no prose prompt. */
export interface ReportParts {
  /** Messages, oldest first, then passages of documents. */
  passages: readonly ReportPassage[];
  /** The markers of what “What changed” sets side by side; null where nothing was found twice. */
  pair: readonly [earlier: number, later: number] | null;
  /** Dates of its year are given without the year. */
  seenFrom: Date;
}
