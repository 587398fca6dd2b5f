import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { countTokens } from '../../src/models/count-tokens.ts';
import {
  assemblePrompt,
  DOCUMENTS_SUMMARY_TOO_LONG,
  MEMORY_OFF,
  SUMMARY_TOO_LONG,
} from '../../src/prompt/assemble-prompt.ts';
import { MESSAGE_TOKENS, promptBudget, REPLY_OPENING_TOKENS } from '../../src/prompt/budget.ts';
import { type Demand, demandsOf, wantsCondensing } from '../../src/prompt/fit.ts';
import type { Condensed } from '../../src/prompt/hit-kind.ts';
import { documentLabel, labelOf } from '../../src/prompt/label.ts';
import {
  type AssembledPrompt,
  type DocumentHit,
  ELLIPSIS,
  type Hit,
  type Passage,
  type SectionKind,
  sectionKinds,
} from '../../src/prompt/prompt.ts';
import type { PromptInput } from '../../src/prompt/prompt-input.ts';
import { renderMessages } from '../../src/prompt/render-prompt.ts';
import { requestHash } from '../../src/prompt/request-hash.ts';

const counted = (text: string) => ({ text, tokens: countTokens(text) });

const onDay = (day: number) => new Date(Date.UTC(2026, 2, day, 9));

const passage = (messageId: string, role: 'USER' | 'ASSISTANT', text: string, day = 20): Passage => ({
  messageId,
  role,
  saidAt: onDay(day),
  range: [0, text.length],
  ...counted(text),
});

const hit = (messageId: string, text: string, more: Partial<Hit> = {}): Hit => ({
  ...passage(messageId, 'USER', text, 1),
  sessionId: 'session',
  seq: 1,
  position: 0,
  score: 0.5,
  ...more,
});

const found = (chunkId: number, text: string, more: Partial<DocumentHit> = {}): DocumentHit => ({
  chunkId,
  documentId: 'document',
  filename: 'habits.md',
  position: chunkId,
  range: [0, text.length],
  score: 0.5,
  ...counted(text),
  ...more,
});

const inputOf = (more: Partial<PromptInput> = {}): PromptInput => ({
  instructions: counted('You are an AI coach.'),
  question: { messageId: 'question', saidAt: onDay(25), ...counted('How do I sleep better?') },
  recent: [],
  hits: [],
  summary: null,
  documents: [],
  documentsSummary: null,
  memoryEnabled: true,
  notes: [],
  contextWindowTokens: 16_000,
  replyTokens: 1_000,
  budgetTokens: 10_000,
  askedAt: onDay(25),
  isFirstReply: false,
  ...more,
});

/** A budget that leaves `free` tokens beside instructions and question. */
const leaving = (free: number, more: Partial<PromptInput> = {}): PromptInput => {
  const input = inputOf(more);
  const fixed = assemblePrompt({ ...input, recent: [], hits: [], documents: [] }).usedTokens;
  return { ...input, budgetTokens: fixed + free };
};

const sectionOf = (prompt: AssembledPrompt, kind: SectionKind) => {
  const section = prompt.sections.find((each) => each.kind === kind);
  if (!section) throw new Error(`No ${kind}`);
  return section;
};

const decisions = (prompt: AssembledPrompt, kind: SectionKind) =>
  sectionOf(prompt, kind).items.map(({ messageId, decision }) => [messageId, decision]);

const recount = ({ messages }: AssembledPrompt) =>
  messages.reduce((sum, { content }) => sum + countTokens(content) + MESSAGE_TOKENS, REPLY_OPENING_TOKENS);

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

test('the budget is the window without reply and margin, capped', () => {
  expect(promptBudget({ contextWindowTokens: 16_000, replyTokens: 1_000, promptTokens: 16_000 })).toBe(14_680);
  expect(promptBudget({ contextWindowTokens: 128_000, replyTokens: 1_000, promptTokens: 16_000 })).toBe(16_000);
  expect(promptBudget({ contextWindowTokens: 500, replyTokens: 1_000, promptTokens: 16_000 })).toBe(0);
});

test('a label names marker, speaker and the day in UTC', () => {
  expect(labelOf(3, 'USER', new Date('2026-03-05T23:59:59Z'))).toBe('[3] The user, on 5 March 2026: ');
  expect(labelOf(4, 'ASSISTANT', new Date('2026-03-06T00:00:00Z'))).toBe('[4] The assistant, on 6 March 2026: ');
});

test('with nothing else there are instructions and question, and five sections all the same', () => {
  const prompt = assemblePrompt(inputOf({ notes: ['The search was late.'], isFirstReply: true }));

  expect(prompt.messages).toEqual([
    { role: 'SYSTEM', content: 'You are an AI coach.' },
    { role: 'USER', content: 'How do I sleep better?' },
  ]);
  expect(prompt.sections.map(({ kind, items }) => [kind, items.length])).toEqual([
    ['INSTRUCTIONS', 1],
    ['DOCUMENTS', 0],
    ['MEMORY', 0],
    ['RECENT_TURNS', 0],
    ['USER_MESSAGE', 1],
  ]);
  expect(prompt.usedTokens).toBe(recount(prompt));
  expect(prompt.notes).toEqual(['The search was late.']);
  expect(prompt.parts).toEqual({
    question: 'How do I sleep better?',
    askedAt: onDay(25),
    isFirstReply: true,
    recent: [],
    memory: [],
    documents: [],
  });
});

test('instructions and question that do not fit are refused with both figures, one token over', () => {
  const { usedTokens } = assemblePrompt(inputOf());

  expect(assemblePrompt(inputOf({ budgetTokens: usedTokens })).usedTokens).toBe(usedTokens);
  expect(() => assemblePrompt(inputOf({ budgetTokens: usedTokens - 1 }))).toThrow(
    expect.objectContaining({
      constructor: AppError,
      code: 'BUDGET_EXCEEDED',
      details: { tokens: usedTokens, budgetTokens: usedTokens - 1 },
    }),
  );
});

describe('recent turns', () => {
  const turn = (name: string, length: number) => [
    passage(`${name}-user`, 'USER', words(length)),
    passage(`${name}-reply`, 'ASSISTANT', words(length)),
  ];
  const tokensOf = (passages: Passage[]) => passages.reduce((sum, { tokens }) => sum + tokens + MESSAGE_TOKENS, 0);

  test('are sent verbatim, oldest first, with their old markers', () => {
    const recent = [passage('a', 'USER', 'Hi\n\n [7]  “x”'), passage('b', 'ASSISTANT', 'You wrote “late” [1].')];

    const prompt = assemblePrompt(inputOf({ recent }));

    expect(prompt.messages.slice(1)).toEqual([
      { role: 'USER', content: 'Hi\n\n [7]  “x”' },
      { role: 'ASSISTANT', content: 'You wrote “late” [1].' },
      { role: 'USER', content: 'How do I sleep better?' },
    ]);
    expect(prompt.usedTokens).toBe(recount(prompt));
  });

  test('go oldest first, as whole turns, and are listed with the reason', () => {
    const recent = [...turn('old', 50), ...turn('middle', 50), ...turn('last', 50)];

    const prompt = assemblePrompt(leaving(tokensOf(recent) - 1, { recent }));

    expect(decisions(prompt, 'RECENT_TURNS')).toEqual([
      ['old-user', 'DROPPED'],
      ['old-reply', 'DROPPED'],
      ['middle-user', 'INCLUDED'],
      ['middle-reply', 'INCLUDED'],
      ['last-user', 'INCLUDED'],
      ['last-reply', 'INCLUDED'],
    ]);
    expect(sectionOf(prompt, 'RECENT_TURNS')).toMatchObject({
      tokens: tokensOf(recent.slice(2)),
      wantedTokens: tokensOf(recent),
      items: [{ reason: 'There was no room for turns this old.' }, {}, {}, {}, {}, {}],
    });
    expect(prompt.messages).toHaveLength(6);
    expect(prompt.parts.recent).toHaveLength(4);
  });

  test('yield to memory beyond 40 %, but the last turn is kept even then', () => {
    const recent = [...turn('old', 60), ...turn('last', 60)];
    const hits = Array.from({ length: 40 }, (_, index) => hit(`hit${index}`, `${index} ${words(20)}`, { seq: index }));
    const free = tokensOf(recent);

    const prompt = assemblePrompt(leaving(free, { recent, hits }));

    expect(decisions(prompt, 'RECENT_TURNS').map(([, decision]) => decision)).toEqual([
      'DROPPED',
      'DROPPED',
      'INCLUDED',
      'INCLUDED',
    ]);
    expect(sectionOf(prompt, 'RECENT_TURNS').tokens).toBeGreaterThan(0.4 * free);
    expect(sectionOf(prompt, 'MEMORY').tokens).toBeGreaterThan(0.3 * free);
  });

  test('take what memory leaves unused', () => {
    const recent = [...turn('old', 60), ...turn('last', 60)];
    const hits = [hit('far', 'I sleep badly.')];

    const all = assemblePrompt(inputOf({ recent, hits }));
    const prompt = assemblePrompt(inputOf({ recent, hits, budgetTokens: all.usedTokens }));

    expect(prompt.messages).toEqual(all.messages);
    expect(decisions(prompt, 'RECENT_TURNS').every(([, decision]) => decision === 'INCLUDED')).toBe(true);
  });

  test('of which the last does not fit are cut in the middle, the shorter message kept whole', () => {
    const question = passage('last-user', 'USER', 'A short one.');
    const reply = passage('last-reply', 'ASSISTANT', words(400));

    const prompt = assemblePrompt(
      leaving(200, { recent: [...turn('old', 5), question, reply], hits: [hit('far', 'x')] }),
    );

    const [, , whole, cut] = sectionOf(prompt, 'RECENT_TURNS').items;
    expect(whole).toMatchObject({ messageId: 'last-user', decision: 'INCLUDED', text: 'A short one.' });
    expect(cut).toMatchObject({
      decision: 'TRUNCATED',
      reason: 'Too long: only its beginning and its end were sent.',
      ranges: [
        [0, expect.any(Number)],
        [expect.any(Number), reply.text.length],
      ],
    });
    expect(cut?.text).toMatch(/^word0 word1 .* \[…\] .*word399$/);
    expect(prompt.messages.at(-2)).toEqual({ role: 'ASSISTANT', content: cut?.text });
    expect(decisions(prompt, 'RECENT_TURNS').slice(0, 2)).toEqual([
      ['old-user', 'DROPPED'],
      ['old-reply', 'DROPPED'],
    ]);
  });

  test('are dropped at last, and the question still goes out', () => {
    const prompt = assemblePrompt(leaving(20, { recent: turn('last', 100) }));

    expect(sectionOf(prompt, 'RECENT_TURNS')).toMatchObject({
      tokens: 0,
      items: [{ decision: 'DROPPED', reason: 'There was no room left, not even for a part of it.' }, {}],
    });
    expect(prompt.messages.map(({ role }) => role)).toEqual(['SYSTEM', 'USER']);
  });
});

describe('memory', () => {
  test('is quoted in the order said, numbered, and handed on best first', () => {
    const hits = [
      hit('late', 'I sleep at one.', { saidAt: onDay(9), score: 0.9 }),
      hit('early', 'I sleep at ten.', { saidAt: onDay(2), score: 0.4 }),
      hit('reply', 'Try a fixed hour.', { saidAt: onDay(5), score: 0.3, role: 'ASSISTANT' }),
    ];

    const prompt = assemblePrompt(inputOf({ hits }));

    expect(prompt.messages[0]?.content.split('\n').slice(-3)).toEqual([
      '[1] The user, on 2 March 2026: “I sleep at ten.”',
      '[2] The assistant, on 5 March 2026: “Try a fixed hour.”',
      '[3] The user, on 9 March 2026: “I sleep at one.”',
    ]);
    expect(prompt.parts.memory.map(({ marker, text }) => [marker, text])).toEqual([
      [3, 'I sleep at one.'],
      [1, 'I sleep at ten.'],
      [2, 'Try a fixed hour.'],
    ]);
    expect(sectionOf(prompt, 'MEMORY').items.map(({ marker, score }) => [marker, score])).toEqual([
      [1, 0.4],
      [2, 0.3],
      [3, 0.9],
    ]);
  });

  test('does not repeat what a recent turn says, and says so', () => {
    const recent = [passage('near', 'USER', 'I sleep badly. I work late.')];
    const text = 'I work late.';
    const hits = [hit('near', text, { range: [15, 27] }), hit('far', text)];

    const prompt = assemblePrompt(inputOf({ recent, hits }));

    expect(sectionOf(prompt, 'MEMORY').items).toMatchObject([
      { messageId: 'far', decision: 'INCLUDED', marker: 1 },
      { messageId: 'near', decision: 'DROPPED', marker: null, reason: 'The recent turns hold it already.' },
    ]);
  });

  test('recalls what was cut out of the last turn', () => {
    const middle = 'I work late.';
    const text = `${words(300)} ${middle} ${words(300)}`;
    const start = text.indexOf(middle);
    const hits = [
      hit('near', middle, { range: [start, start + middle.length] }),
      hit('near', 'word0', { range: [0, 5], position: 1 }),
    ];
    const recent = [passage('near', 'USER', text)];
    const cutTo = (free: number) => assemblePrompt(leaving(free, { recent, hits }));

    const reasons = new Map(sectionOf(cutTo(300), 'MEMORY').items.map(({ text, reason }) => [text, reason]));

    expect(reasons.get('word0')).toBe('The recent turns hold it already.');
    expect(reasons.get(middle)).not.toBe('The recent turns hold it already.');
  });

  test('skips what does not fit, and takes the next that does', () => {
    const hits = [hit('first', 'I sleep badly.'), hit('long', words(200)), hit('third', 'I work late.')];
    const two = assemblePrompt(leaving(5_000, { hits: hits.filter(({ messageId }) => messageId !== 'long') }));

    const prompt = assemblePrompt(leaving(sectionOf(two, 'MEMORY').tokens, { hits }));

    expect(decisions(prompt, 'MEMORY')).toEqual([
      ['first', 'INCLUDED'],
      ['third', 'INCLUDED'],
      ['long', 'DROPPED'],
    ]);
    expect(sectionOf(prompt, 'MEMORY').items[2]?.reason).toBe('There was no room for it.');
    expect(sectionOf(prompt, 'MEMORY').wantedTokens).toBeGreaterThan(sectionOf(prompt, 'MEMORY').tokens + 200);
  });

  test('keeps a little of its room for what the assistant said', () => {
    const users = Array.from({ length: 30 }, (_, index) => hit(`user${index}`, words(20), { seq: index, score: 0.9 }));
    const reply = hit('reply', words(20), { seq: 99, score: 0.1, role: 'ASSISTANT' });

    const prompt = assemblePrompt(leaving(1_000, { hits: [...users, reply] }));

    expect(decisions(prompt, 'MEMORY')).toContainEqual(['reply', 'INCLUDED']);
    expect(decisions(prompt, 'MEMORY')).toContainEqual(['user29', 'DROPPED']);
  });

  test('that is off is empty, with a note, whatever was found', () => {
    const prompt = assemblePrompt(inputOf({ memoryEnabled: false, hits: [hit('far', 'I sleep badly.')] }));

    expect(sectionOf(prompt, 'MEMORY')).toEqual({
      kind: 'MEMORY',
      tokens: 0,
      wantedTokens: 0,
      summarized: false,
      items: [],
    });
    expect(prompt.notes).toEqual([MEMORY_OFF]);
    expect(prompt.messages[0]?.content).toBe('You are an AI coach.');
  });
});

describe('documents', () => {
  const linesOf = (prompt: AssembledPrompt) => prompt.messages[0]?.content.match(/^\[\d+\].*$/gm);

  test('are quoted in the order they read, numbered before memory, and handed on best first', () => {
    const documents = [
      found(7, 'No phone in bed.', { score: 0.9 }),
      found(2, 'Tea helps.', { score: 0.8, documentId: 'other', filename: 'tea.txt' }),
      found(3, 'Lights out at ten.', { score: 0.4 }),
    ];

    const prompt = assemblePrompt(inputOf({ documents, hits: [hit('far', 'I sleep at one.')] }));

    expect(linesOf(prompt)).toEqual([
      '[1] From the document “habits.md”: “Lights out at ten.”',
      '[2] From the document “habits.md”: “No phone in bed.”',
      '[3] From the document “tea.txt”: “Tea helps.”',
      '[4] The user, on 1 March 2026: “I sleep at one.”',
    ]);
    expect(prompt.parts.documents).toEqual([
      { marker: 2, text: 'No phone in bed.', name: 'habits.md' },
      { marker: 3, text: 'Tea helps.', name: 'tea.txt' },
      { marker: 1, text: 'Lights out at ten.', name: 'habits.md' },
    ]);
    expect(sectionOf(prompt, 'DOCUMENTS').items.map(({ chunkId, score, role }) => [chunkId, score, role])).toEqual([
      [3, 0.4, null],
      [7, 0.9, null],
      [2, 0.8, null],
    ]);
    expect(prompt.usedTokens).toBeGreaterThanOrEqual(recount(prompt));
  });

  const passages = (count: number) =>
    Array.from({ length: count }, (_, index) => found(index, `${index} ${words(20)}`, { score: 1 - index / 100 }));
  const hits = Array.from({ length: 40 }, (_, index) => hit(`hit${index}`, `${index} ${words(20)}`, { seq: index }));
  const turns = Array.from({ length: 12 }, (_, index) =>
    passage(`recent${index}`, index % 2 === 0 ? 'USER' : 'ASSISTANT', words(40)),
  );
  const sharesOf = (prompt: AssembledPrompt, free: number) =>
    (['RECENT_TURNS', 'MEMORY', 'DOCUMENTS'] as const).map((kind) => sectionOf(prompt, kind).tokens / free);

  test('have 30 % of what is free beside memory with 30 % and the recent turns with 40 %', () => {
    const prompt = assemblePrompt(leaving(2_000, { documents: passages(60), hits, recent: turns }));

    const [recent = 0, memory = 0, documents = 0] = sharesOf(prompt, 2_000);
    expect(recent).toBeGreaterThan(0.3);
    expect(recent).toBeLessThanOrEqual(0.4);
    // What whole turns leave of their share is memory's.
    expect(memory).toBeGreaterThan(0.28);
    expect(memory + recent).toBeLessThanOrEqual(0.72);
    expect(documents).toBeGreaterThan(0.28);
    expect(documents).toBeLessThanOrEqual(0.3);
    expect(sectionOf(prompt, 'DOCUMENTS').items.at(-1)).toMatchObject({
      decision: 'DROPPED',
      reason: 'There was no room for it.',
      marker: null,
    });
  });

  test('take what memory and recent turns leave, and leave them what they do not take', () => {
    const [, , alone = 0] = sharesOf(assemblePrompt(leaving(2_000, { documents: passages(80) })), 2_000);
    const [, memory = 0] = sharesOf(assemblePrompt(leaving(1_000, { documents: passages(1), hits })), 1_000);

    expect(alone).toBeGreaterThan(0.95);
    expect(memory).toBeGreaterThan(0.8);
  });

  test('shrink only after memory, where the last turn takes of both shares', () => {
    const last = [passage('last-user', 'USER', words(120)), passage('last-reply', 'ASSISTANT', words(120))];
    const taken = last.reduce((sum, { tokens }) => sum + tokens + MESSAGE_TOKENS, 0);
    const free = taken + 200;
    const [, memory = 0, documents = 0] = sharesOf(
      assemblePrompt(leaving(free, { documents: passages(60), hits, recent: last })),
      free,
    );

    expect(memory).toBe(0);
    expect(documents * free).toBeGreaterThan(100);
  });

  test('are sent as ever where memory is off', () => {
    const input = inputOf({ documents: passages(3), hits, memoryEnabled: false });

    const prompt = assemblePrompt(input);

    expect(linesOf(prompt)).toEqual(linesOf(assemblePrompt({ ...input, hits: [], memoryEnabled: true })));
    expect(linesOf(prompt)).toHaveLength(3);
  });
});

describe('condensing', () => {
  const hits = Array.from({ length: 20 }, (_, index) =>
    hit(`hit${index}`, `${index} ${words(30)}`, { saidAt: onDay(20 - index), seq: index, score: 1 - index / 20 }),
  );
  const summaryOf = (input: PromptInput, text: string) => ({ ...counted(text), sources: demandsOf(input).memory.hits });

  test('is asked for when the hits exceed twice the share, always, or never', () => {
    expect(wantsCondensing('auto', 600, 300)).toBe(false);
    expect(wantsCondensing('auto', 601, 300)).toBe(true);
    expect(wantsCondensing('always', 1, 300)).toBe(true);
    expect(wantsCondensing('always', 0, 300)).toBe(false);
    expect(wantsCondensing('never', 601, 300)).toBe(false);
  });

  test('is offered the hits that no recent turn holds, numbered in the order said', () => {
    const input = leaving(1_000, { hits, recent: [passage('hit3', 'USER', hits[3]?.text ?? '')] });

    const demand = demandsOf(input).memory;

    expect(demand.hits.map(({ marker }) => marker)).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
    expect(demand.hits.map(({ hit }) => hit.messageId)).not.toContain('hit3');
    expect(demand.hits[0]?.hit.messageId).toBe('hit19');
    expect(demand.shareTokens).toBe(300);
    expect(demand.summaryTokens).toBeLessThan(300);
    expect(demand.wantedTokens).toBe(sectionOf(assemblePrompt(input), 'MEMORY').wantedTokens);
  });

  test('sends the summary in place of the excerpts, and lists what it names', () => {
    const input = leaving(1_000, { hits });
    const text = '[1] The user, on 1 March 2026: sleeps badly.\n[20] The user, on 20 March 2026: works late.';

    const prompt = assemblePrompt({ ...input, summary: summaryOf(input, text) });

    expect(prompt.summary).toBe(text);
    expect(prompt.messages[0]?.content.endsWith(`\n\n${text}`)).toBe(true);
    expect(sectionOf(prompt, 'MEMORY').summarized).toBe(true);
    expect(decisions(prompt, 'MEMORY').slice(0, 3)).toEqual([
      ['hit19', 'INCLUDED'],
      ['hit0', 'INCLUDED'],
      ['hit1', 'DROPPED'],
    ]);
    expect(sectionOf(prompt, 'MEMORY').items[2]?.reason).toBe('The summary left it out.');
    expect(prompt.parts.memory.map(({ marker }) => marker)).toEqual([20, 1]);
    expect(prompt.usedTokens).toBeGreaterThanOrEqual(recount(prompt));
  });

  test('that did not make it short enough leaves the excerpts standing, with a note', () => {
    const input = leaving(500, { hits });

    const prompt = assemblePrompt({ ...input, summary: summaryOf(input, `[1] ${words(500)}`) });

    expect(prompt.summary).toBeNull();
    expect(prompt.notes).toEqual([SUMMARY_TOO_LONG]);
    expect(prompt.messages).toEqual(assemblePrompt(input).messages);
  });
});

describe('condensing both sections', () => {
  const hits = Array.from({ length: 20 }, (_, index) => hit(`hit${index}`, `${index} ${words(30)}`, { seq: index }));
  const documents = Array.from({ length: 20 }, (_, index) => found(index, `${index} ${words(30)}`));
  const input = leaving(1_500, { hits, documents });
  const demands = demandsOf(input);
  const summaryOf = (text: string) => ({ ...counted(text), sources: demands.memory.hits });
  const documentsSummaryOf = (text: string) => ({ ...counted(text), sources: demands.documents.hits });
  const ofDocument = `${documentLabel(20, 'habits.md')}lights out.`;
  const ofMemory = `${labelOf(40, 'USER', onDay(1))}works late.`;

  test('numbers them through, so that both can be condensed at once', () => {
    expect(demands.documents.hits.map(({ marker }) => marker)).toEqual(hits.map((_, index) => index + 1));
    expect(demands.memory.hits.map(({ marker }) => marker)).toEqual(hits.map((_, index) => index + 21));
    expect([demands.documents.shareTokens, demands.memory.shareTokens]).toEqual([450, 450]);
  });

  test('sends both summaries with the markers they were given', () => {
    const prompt = assemblePrompt({
      ...input,
      summary: summaryOf(ofMemory),
      documentsSummary: documentsSummaryOf(ofDocument),
    });

    expect(prompt.messages[0]?.content).toContain(`\n\n${ofDocument}\n\nRelevant`);
    expect(prompt.messages[0]?.content.endsWith(`\n\n${ofMemory}`)).toBe(true);
    expect(sectionOf(prompt, 'DOCUMENTS').items[0]).toMatchObject({ marker: 20, chunkId: 19, decision: 'INCLUDED' });
    expect(sectionOf(prompt, 'DOCUMENTS').items[1]).toMatchObject({ reason: 'The summary left it out.' });
    expect(sectionOf(prompt, 'MEMORY').items[0]).toMatchObject({ marker: 40, messageId: 'hit19' });
  });

  test('keeps markers apart where only the documents were condensed', () => {
    const prompt = assemblePrompt({ ...input, documentsSummary: documentsSummaryOf(ofDocument) });

    expect(sectionOf(prompt, 'MEMORY').items[0]?.marker).toBe(21);
  });

  test('that did not make the documents short enough leaves their excerpts standing, with a note', () => {
    const prompt = assemblePrompt({ ...input, documentsSummary: documentsSummaryOf(`[1] ${words(1_500)}`) });

    expect(prompt.documentsSummary).toBeNull();
    expect(prompt.notes).toEqual([DOCUMENTS_SUMMARY_TOO_LONG]);
    expect(prompt.messages).toEqual(assemblePrompt(input).messages);
  });
});

describe('whatever is put in', () => {
  const piece = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('I sleep ', 'badly.', ' You', "'ll", ' run ', '\n', '...', '“', '”', ' [7]', '/'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(150), '1234567890'.repeat(20), '=-'.repeat(90), '日本語🙂'.repeat(30)),
    },
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 25 }).map((pieces) => `a${pieces.join('')}`);
  const role = fc.constantFrom('USER' as const, 'ASSISTANT' as const);
  const recent = fc
    .array(fc.tuple(role, text), { maxLength: 8 })
    .map((messages) => messages.map(([role, text], index) => passage(`recent${index}`, role, text)));

  /** Chunks of the recent messages, and of older ones. A chunk never begins or ends within a character. */
  const hitsIn = (recent: Passage[]) =>
    fc
      .array(fc.tuple(fc.nat(12), fc.nat(), fc.integer({ min: 1, max: 400 }), role, text, fc.nat(30)), {
        maxLength: 15,
      })
      .map((chunks) =>
        chunks
          .map(([source, at, length, role, text, day], index): Hit => {
            const whole = recent[source] ?? passage(`older${index}`, role, text, day);
            const from = at % whole.text.length;
            const range = [from, Math.min(whole.text.length, from + length)] as const;
            const said = { ...whole, ...counted(whole.text.slice(...range)), range };
            return { ...said, sessionId: `session${source % 2}`, seq: source, position: index, score: 1 - index / 100 };
          })
          .filter(({ text }) => text.isWellFormed()),
      );
  /** Passages of up to three files, whose names are anything. */
  const documents = fc
    .tuple(
      fc.array(text, { minLength: 3, maxLength: 3 }),
      fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(30), text), {
        maxLength: 12,
        selector: ([file, position]) => `${file} ${position}`,
      }),
    )
    .map(([filenames, passages]) =>
      passages.map(([file, position, text], index) =>
        found(index, text, {
          documentId: `document${file}`,
          filename: filenames[file] ?? '',
          position,
          score: 1 - index / 100,
        }),
      ),
    );
  const input = recent.chain((recent) =>
    fc
      .record({
        hits: hitsIn(recent),
        documents,
        free: fc.nat(700),
        asked: text,
        told: text,
        memoryEnabled: fc.boolean(),
        summarize: fc.boolean(),
        summarizeDocuments: fc.boolean(),
      })
      .map(({ hits, documents, free, asked, told, memoryEnabled, summarize, summarizeDocuments }) => {
        const question = { messageId: 'question', saidAt: onDay(25), ...counted(asked) };
        const more = { recent, hits, documents, question, instructions: counted(told), memoryEnabled };
        const input = leaving(free, more);
        const demands = demandsOf(input);
        const summary = summarize ? condensedOf(demands.memory) : null;
        return { ...input, summary, documentsSummary: summarizeDocuments ? condensedOf(demands.documents) : null };
      }),
  );
  /** What a model may have made of it. */
  function condensedOf<H extends object>({ kind, hits }: Demand<H>): Condensed<H> | null {
    const lines = hits.slice(0, 4).map(({ marker, hit }) => `${kind.labelOf(marker, hit)}slept badly.`);
    return lines.length === 0 ? null : { ...counted(lines.join('\n')), sources: hits };
  }
  const holds = (property: (prompt: AssembledPrompt, input: PromptInput) => void) =>
    fc.assert(
      fc.property(input, (input) => property(assemblePrompt(input), input)),
      { numRuns: 60 },
    );

  test('the budget holds, by our sums and by a count of the whole messages', () => {
    holds((prompt, { budgetTokens }) => {
      expect(prompt.usedTokens).toBeLessThanOrEqual(budgetTokens);
      expect(recount(prompt)).toBeLessThanOrEqual(prompt.usedTokens);
    });
  });

  test('sections stand in order and add up to what was used', () => {
    holds((prompt) => {
      expect(prompt.sections.map(({ kind }) => kind)).toEqual(sectionKinds);
      expect(prompt.sections.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(prompt.usedTokens);
      for (const { kind, items } of prompt.sections) expect(items.every(({ section }) => section === kind)).toBe(true);
    });
  });

  test('instructions come first and the question last, both whole', () => {
    holds(({ messages }, { instructions, question }) => {
      expect(messages[0]?.role).toBe('SYSTEM');
      expect(messages[0]?.content.startsWith(instructions.text)).toBe(true);
      expect(messages.at(-1)).toEqual({ role: 'USER', content: question.text });
      expect(messages.filter(({ role }) => role === 'SYSTEM')).toHaveLength(1);
    });
  });

  test('the same input gives the same prompt, and its record the same messages', () => {
    holds((prompt, input) => {
      expect(assemblePrompt(structuredClone(input))).toEqual(prompt);
      expect(renderMessages(structuredClone(prompt))).toEqual(prompt.messages);
      expect(requestHash(prompt.messages)).toBe(prompt.requestHash);
    });
  });

  test('each recent message and each hit is one item, with a reason unless it was sent whole', () => {
    holds((prompt, { recent, hits, documents, memoryEnabled }) => {
      const passages = sectionOf(prompt, 'DOCUMENTS').items.map(({ chunkId }) => chunkId ?? -1);
      expect(passages.toSorted((a, b) => a - b)).toEqual(documents.map(({ chunkId }) => chunkId));
      const recentItems = sectionOf(prompt, 'RECENT_TURNS').items;
      expect(recentItems.map(({ messageId }) => messageId)).toEqual(recent.map(({ messageId }) => messageId));
      const found = sectionOf(prompt, 'MEMORY').items.map(({ messageId, ranges }) => `${messageId} ${ranges}`);
      const given = memoryEnabled ? hits.map(({ messageId, range }) => `${messageId} ${range}`) : [];
      expect(found.toSorted()).toEqual(given.toSorted());
      for (const { decision, reason } of prompt.sections.flatMap(({ items }) => items)) {
        expect(reason === null).toBe(decision === 'INCLUDED');
      }
    });
  });

  test('what is kept of the recent turns is the end of them', () => {
    holds((prompt) => {
      const sent = sectionOf(prompt, 'RECENT_TURNS').items.map(({ decision }) => decision !== 'DROPPED');
      expect(sent.lastIndexOf(false)).toBeLessThan(sent.includes(true) ? sent.indexOf(true) : sent.length);
    });
  });

  test('ranges lie within the source, in order, and joined they are the text', () => {
    holds((prompt, { recent }) => {
      for (const { messageId, ranges, text } of sectionOf(prompt, 'RECENT_TURNS').items) {
        const source = recent.find((each) => each.messageId === messageId)?.text ?? '';
        const ends = ranges.flat();
        expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        expect(ends.at(-1)).toBe(source.length);
        expect(ranges.map(([from, to]) => source.slice(from, to)).join(ELLIPSIS)).toBe(text);
        expect(text.isWellFormed()).toBe(true);
      }
    });
  });

  test('markers run from 1 through both sections, unless a summary keeps its own, and no two are the same', () => {
    holds((prompt) => {
      const both = [sectionOf(prompt, 'DOCUMENTS'), sectionOf(prompt, 'MEMORY')];
      const [documents = [], memory = []] = both.map(({ items }) => items.filter(isSent));
      const markers = [...documents, ...memory].map(({ marker }) => marker ?? 0);
      expect(new Set(markers).size).toBe(markers.length);
      if (both.every(({ summarized }) => !summarized)) expect(markers).toEqual(markers.map((_, index) => index + 1));
      expect(markers).toEqual(markers.toSorted((a, b) => a - b));
      const times = memory.map(({ saidAt }) => saidAt?.getTime() ?? 0);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(prompt.parts.memory).toHaveLength(memory.length);
      expect(prompt.parts.documents).toHaveLength(documents.length);
      const cited = prompt.messages[0]?.content.match(/^\[\d+\] /gm) ?? [];
      expect(cited.filter((marker) => markers.includes(Number(marker.slice(1, -2))))).toHaveLength(markers.length);
    });
  });

  test('documents take more than their share only where memory has no use for it', () => {
    holds((prompt, { budgetTokens }) => {
      const tokensOf = (kind: SectionKind) => sectionOf(prompt, kind).tokens;
      const free = budgetTokens - tokensOf('INSTRUCTIONS') - tokensOf('USER_MESSAGE');
      const beyondShare = tokensOf('DOCUMENTS') - Math.floor(0.3 * free);
      if (tokensOf('MEMORY') === 0) return;
      for (const { reason, tokens } of sectionOf(prompt, 'MEMORY').items) {
        if (reason === 'There was no room for it.') expect(tokens).toBeGreaterThan(beyondShare);
      }
    });
  });
});

const isSent = ({ decision }: { decision: string }) => decision !== 'DROPPED';
