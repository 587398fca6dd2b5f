import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalEmbedder } from '../../src/models/local-embedder.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { answers, says } from '../support/model-answers.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

const KNEE = 'my knee hurts when I run downhill';

/** Forty turns of other matters, on some of which there will be a question in words that do not occur in them. */
const others = [
  'I lie awake until three most nights.',
  'I want to get up at six and I never do.',
  'My inbox has four hundred unread mails again.',
  'My boss shouted at me in front of everyone on Monday.',
  'I finished the budget draft two days early.',
  'How do I say no to another project without sounding rude?',
  'We are expecting our second baby in June.',
  'I keep scrolling on my phone until midnight.',
  'We argue about who does the dishes every single evening.',
  'I stopped having wine on weekdays.',
  'My desk is so messy that I cannot find a pen.',
  'Yesterday I cooked for the first time this month.',
  'My mother was taken to hospital with her heart last week.',
  'I would like to read one book a month.',
  'My colleague took the credit for my slides.',
  'I still owe my brother four thousand euros.',
  'I am thinking of asking for a raise in the autumn.',
  'Sunday evenings make me sad and I cannot say why.',
  'I would love to play the cello one day.',
  'I skipped lunch three times this week because of meetings.',
  'I started a list of things I am grateful for.',
  'We left Lyon for a small village by the sea in spring.',
  'My son will not do his homework unless I sit beside him.',
  'The new software at work drives me mad.',
  'Our old dog died in March and the house is so quiet.',
  'I bought a plant for the office and it is still alive.',
  'I put off the tax return for another week.',
  'I smoke a pack of cigarettes a day again.',
  'I want to learn Spanish before the summer holidays.',
  'In meetings I speak last, if I speak at all.',
  'I spent the whole Saturday tidying the garage.',
  'We signed the mortgage for the house yesterday.',
  'My best friend is getting married and I am to give a toast.',
  'I cannot decide between the two job offers.',
  'My calendar has no free hour until Friday.',
  'I deleted three apps that wasted my time.',
  'I compare myself with my older cousin all the time.',
  'I asked for feedback and got only compliments.',
  'My neighbour plays loud music on weekday evenings.',
  'I would like to end the day without checking the news.',
];

const replies = [
  'That sounds hard. What would a first step look like?',
  'You noticed it, and that counts. What happened just before?',
  'I hear two things in that. Which one weighs more today?',
  'What would you tell a friend in that place?',
  'You say it plainly. How sure are you, from 0 to 10?',
  'What would be different if that were solved?',
  'That took some courage. What helped you?',
];

let app: TestApp;
let alice: TestViewer;
let sessionId: string;

beforeAll(async () => {
  app = await startApp({ embedder: new LocalEmbedder() });
  let turn = 0;
  app.model.otherwise(answers(() => says(replies[turn++ % replies.length] ?? '')));
  alice = await app.viewer('alice');
  sessionId = (await alice.turn('Hello, I would like some coaching.')).session.id;
  for (const content of [KNEE, ...others]) await alice.turn(content, { sessionId });
  await app.idle();
}, 120_000);
afterAll(() => app.close());

/** What memory gives the model with the question, the most relevant first. */
async function recalled(question: string): Promise<string[]> {
  const items = itemsOf(await alice.preview(sessionId, question), 'MEMORY');
  return items
    .filter((item: Data) => item.decision === 'INCLUDED')
    .sort((a: Data, b: Data) => b.score - a.score)
    .map((item: Data) => item.source.content);
}

test('what was said forty turns ago comes back by its meaning', async () => {
  expect(others).toHaveLength(40);
  const { reply } = await alice.turn('which sport injury did I mention?', { sessionId });
  const manifest = await alice.manifest(reply.id);
  expect(itemsOf(manifest, 'MEMORY')).toContainEqual(
    expect.objectContaining({ decision: 'INCLUDED', source: expect.objectContaining({ content: KNEE }) }),
  );
  expect(itemsOf(manifest, 'RECENT_TURNS').map((item) => item.source.content)).not.toContain(KNEE);
  expect(manifest.messages[0].content).toContain(`“${KNEE}”`);
});

test.each([
  ['Did I tell you about my insomnia?', 'I lie awake until three most nights.'],
  ['Which conflict with a manager came up?', 'My boss shouted at me in front of everyone on Monday.'],
  ['Did I say anything about a pregnancy?', 'We are expecting our second baby in June.'],
  ['What did I change about alcohol?', 'I stopped having wine on weekdays.'],
  ['Which relative of mine is ill?', 'My mother was taken to hospital with her heart last week.'],
  ['What debts did I talk about?', 'I still owe my brother four thousand euros.'],
  ['Which musical instrument interests me?', 'I would love to play the cello one day.'],
  ['What did I tell you about relocating?', 'We left Lyon for a small village by the sea in spring.'],
  ['Which pet did I lose?', 'Our old dog died in March and the house is so quiet.'],
  ['Did we talk about my tobacco habit?', 'I smoke a pack of cigarettes a day again.'],
  ['What did I say about buying property?', 'We signed the mortgage for the house yesterday.'],
])('"%s" finds "%s" among the first five', async (question, said) => {
  expect((await recalled(question)).slice(0, 5)).toContain(said);
});

test('a question that was asked before does not crowd out what answers it', async () => {
  const question = 'Did I mention an injury from sports?';
  expect((await recalled(question))[0]).toBe(KNEE);
  await alice.turn(question, { sessionId });
  expect((await recalled(question))[0]).toBe(KNEE);
  for (let turn = 0; turn < 8; turn++) await alice.turn(`Nothing new on day ${turn}.`, { sessionId });
  await app.idle();
  // Out of the recent turns, the question is recalled itself.
  expect(await recalled(question)).toEqual(expect.arrayContaining([question, KNEE]));
});
