import type { PromptDecision, PromptSectionKind } from '../../../client/generated/graphql.ts';
import { counted } from '../parts/words.ts';
import { type Basis, cutOf, sentOf } from './manifest.ts';

interface SectionWords {
  name: string;
  /** In a bar. */
  short: string;
  says: string;
  /** Where the reply is a report. */
  ofReport?: string;
}

export const SECTIONS: Record<PromptSectionKind, SectionWords> = {
  INSTRUCTIONS: {
    name: 'Instructions',
    short: 'Instructions',
    says: 'What the coach is told to be, and what you asked of it for this session.',
    ofReport: 'How a report is written, and the figures that were counted for it.',
  },
  DOCUMENTS: {
    name: 'Documents',
    short: 'Docs',
    says: 'Passages of the documents of this session that bear on your question.',
    ofReport: 'Passages of your documents.',
  },
  MEMORY: {
    name: 'Memory',
    short: 'Memory',
    says: 'What you talked about before, as far as it bears on your question.',
    ofReport: 'Your own messages of the period.',
  },
  RECENT_TURNS: {
    name: 'Recent turns',
    short: 'Recent turns',
    says: 'The end of this conversation, word for word.',
  },
  USER_MESSAGE: {
    name: 'Your message',
    short: 'You',
    says: 'What you wrote.',
    ofReport: 'What was asked for.',
  },
};

export const DECISIONS: Record<PromptDecision, string> = {
  INCLUDED: 'Sent',
  TRUNCATED: 'Shortened',
  DROPPED: 'Left out',
};

/** Beside the bar under a reply: what it was based on. */
export function basisWords(basis: Basis, isReport = false): string {
  const [memories, passages, cut] = [sentOf(basis, 'MEMORY'), sentOf(basis, 'DOCUMENTS'), cutOf(basis)];
  const sources = [
    memories > 0 && (isReport ? counted(memories, 'message') : counted(memories, 'memory', 'memories')),
    passages > 0 && counted(passages, 'passage'),
  ].filter((words) => words !== false);
  const words = [
    ...whyNoMemory(basis),
    sources.length > 0 ? sources.join(', ') : alone(basis),
    ...(cut > 0 ? [`${cut} cut`] : []),
  ];
  return words.join(' · ');
}

/** What the server notes of memory, short enough to stand under a reply. */
function whyNoMemory({ notes }: Basis): string[] {
  if (notes.some((note) => /^long-term memory is off/i.test(note))) return ['Memory off'];
  return notes.some((note) => /^memory could not be searched/i.test(note)) ? ['Memory was not searched'] : [];
}

function alone(basis: Basis): string {
  const recent = sentOf(basis, 'RECENT_TURNS');
  return recent > 0 ? counted(recent, 'recent message') : 'your message alone';
}
