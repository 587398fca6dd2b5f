/** What was said, and what is asked of it. */
export interface Conversation {
  id: string;
  /** Whether each session is one text, to be taken as a document. */
  isOfDocuments: boolean;
  sessions: readonly { at: Date; messages: readonly Message[] }[];
  questions: readonly Question[];
}

export interface Message {
  /** Within the conversation. */
  id: string;
  role: 'USER' | 'ASSISTANT';
  /** Where people talk to each other. */
  speaker: string | null;
  text: string;
}

export interface Question {
  text: string;
  previousTurn: string | null;
  category: string;
  evidence: readonly Evidence[];
}

/** A message, or where `quote` says so a part of its text. */
export interface Evidence {
  messageId: string;
  quote: string | null;
}
