// Reads conversations as LoCoMo has them (Maharana et al., 2024). Sets of our own may say more: a turn its `role`, a
// question the `previous` turn, and `quotes` where evidence is a part of a long text; `documents` says that each session is
// a document.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Conversation, Evidence, Message } from './conversation.ts';

const Turn = z.object({
  dia_id: z.string(),
  speaker: z.string().nullish(),
  role: z.enum(['USER', 'ASSISTANT']).default('USER'),
  text: z.string(),
  blip_caption: z.string().optional(),
});
const Asked = z.object({
  question: z.string(),
  previous: z.string().nullish(),
  category: z.union([z.number(), z.string()]),
  evidence: z.array(z.string()).default([]),
  quotes: z.array(z.string()).optional(),
});
const File = z.array(
  z.object({
    sample_id: z.string(),
    documents: z.boolean().default(false),
    conversation: z.record(z.string(), z.unknown()),
    qa: z.array(Asked),
  }),
);

const CATEGORIES = ['', 'multi-hop', 'temporal', 'open-domain', 'single-hop', 'adversarial'];

/** @param captions whether what a model saw in a picture counts as said with it */
export function readConversations(file: string, captions = false): Conversation[] {
  return File.parse(JSON.parse(readFileSync(file, 'utf8'))).map(
    ({ sample_id: id, documents: isOfDocuments, conversation, qa }) => {
      const sessions = sessionsOf(conversation, captions);
      const known = new Map(sessions.flatMap(({ messages }) => messages.map((message) => [message.id, message])));
      const questions = qa.map(({ question: text, previous = null, category, evidence, quotes }) => ({
        text,
        previousTurn: previous,
        category: CATEGORIES[Number(category)] ?? String(category),
        evidence: evidenceOf(evidence, quotes, known),
      }));
      return { id, isOfDocuments, sessions, questions: questions.filter(({ evidence }) => evidence.length > 0) };
    },
  );
}

/** In order. */
function sessionsOf(conversation: Record<string, unknown>, captions: boolean): Conversation['sessions'] {
  const numbers = Object.keys(conversation).flatMap((key) => /^session_(\d+)$/.exec(key)?.[1] ?? []);
  return numbers
    .map(Number)
    .sort((a, b) => a - b)
    .map((number) => ({
      at: dateOf(z.string().parse(conversation[`session_${number}_date_time`])),
      messages: z
        .array(Turn)
        .parse(conversation[`session_${number}`])
        .map(({ dia_id: id, speaker = null, role, text, blip_caption: caption }) => ({
          id,
          role,
          speaker,
          text: captions && caption !== undefined ? `${text} ${caption}` : text,
        })),
    }));
}

/** "1:56 pm on 8 May, 2023"; the clock tells nothing that is asked for. */
function dateOf(text: string): Date {
  const [, day] = / on (.*)$/.exec(text) ?? [];
  const date = new Date(`${day} 12:00 UTC`);
  if (Number.isNaN(date.getTime())) throw new Error(`No date: ${text}`);
  return date;
}

/** Some ids are malformed: "D8:6; D9:17" are two, "D:11:26" has a colon too many, others name nothing. */
function evidenceOf(ids: string[], quotes: string[] | undefined, known: ReadonlyMap<string, Message>): Evidence[] {
  const messages = ids
    .flatMap((id) => id.split(/[;,\s]+/))
    .map((id) => id.replace(/^D:/, 'D'))
    .flatMap((id) => known.get(id) ?? []);
  if (!quotes) return [...new Set(messages)].map(({ id }) => ({ messageId: id, quote: null }));
  return quotes.map((quote) => {
    const message = messages.find(({ text }) => text.includes(quote));
    if (!message) throw new Error(`No such words: ${quote}`);
    return { messageId: message.id, quote };
  });
}
