import type { PromptRole } from '../models/chat-model.ts';
import { documentName } from './document-name.ts';
import { DELETED } from './prompt.ts';

const speakers: Record<PromptRole, string> = { USER: 'The user', ASSISTANT: 'The assistant', SYSTEM: 'The system' };

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** What stands before recalled text, so that its origin is never in doubt: `[3] The user, on 5 March 2026: `. The day is UTC's. */
export const labelOf = (marker: number, role: PromptRole, saidAt: Date) =>
  `[${marker}] ${speakers[role]}, on ${day.format(saidAt)}: `;

/** The same before a passage of a document: `[2] From the document “habits.md”: `. */
export const documentLabel = (marker: number, filename: string) =>
  `[${marker}] From the document “${filename === DELETED ? DELETED : documentName(filename)}”: `;
