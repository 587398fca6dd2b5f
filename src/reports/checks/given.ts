export interface CheckedSource {
  text: string;
  /** Null for a passage of a document. */
  saidAt: Date | null;
  /** Of a document, which a sentence may name; null for a message. */
  filename: string | null;
}

/** What a model was given, and so may rest a sentence on. */
export interface Given {
  sources: ReadonlyMap<number, CheckedSource>;
  /** The figures: of what, and how many. */
  figures: readonly { unit: 'message' | 'session' | 'day'; count: number }[];
  /** The first and the last day. */
  days: readonly Date[];
}
