import { expect } from 'vitest';
import { says, stallsAfter } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { screenshot, test } from './support/browser.ts';

const NOTES = `Decide the no before the ask arrives. A boundary for the writing block announced in advance costs far less than one
defended in the moment.`;

test('the pictures of the README show a conversation, why its last reply is what it is, and a report', async ({
  visit,
}) => {
  const world = await createWorld();
  const { url, viewer } = await world.start({ RECENT_TURNS: '2', PROMPT_TOKENS: '1400' });
  const { document } = await viewer.upload('planning-workshop.md', NOTES);
  await expect.poll(async () => (await viewer.document(document.id)).status).toBe('READY');
  const session = await viewer.createSession({
    title: 'Getting mornings back',
    tags: ['focus'],
    documentIds: [document.id],
  });
  await viewer.createSession({ title: 'Running again after the injury', tags: ['health'] });
  await viewer.createSession({ title: 'Saying no at work', tags: ['boundaries'] });
  const say = async (content: string, ...reply: string[]) => {
    world.model.next(says(...reply));
    return (await viewer.turn(content, { sessionId: session.id })).reply;
  };
  await say(
    'Closing the door and telling Marta first was the only reason the writing block held on Tuesday.',
    'What did Marta do with it?',
  );
  await say('She moved two calls, and I wrote until ten.', 'Until ten. What was on the page by then?');
  await say('The second chapter, in one go.', 'In one go. How does the week ahead look for that?');
  await say('Full already, I am afraid.', 'What in it is yours to move?');
  const reply = await say(
    'I skipped the writing block again today. Two calls landed on it and I just let them.',
    'So the block did not vanish; it was given away, twice, and you noticed both times.\n\n',
    'You have protected it before: you told me that closing the door and **telling Marta first** was “the only reason” it held [2]. ',
    'Your workshop notes say the same in drier words: *decide the no before the ask arrives* [1].\n\n',
    'What made that Tuesday possible: the door, or the telling?',
  );

  const desk = await visit(`${url}/s/${session.id}?why=${reply.id}`);
  await desk.getByRole('heading', { name: 'Why this answer' }).waitFor();
  await expect.poll(() => desk.getByText('planning-workshop.md').count()).toBeGreaterThan(0);
  await screenshot(desk, 'why-desktop', { inReadme: true });

  world.model.next(
    stallsAfter(
      'That guilt is worth a closer look. It may be telling you that you care about Marta’s day as much as your own.\n\n',
      'Two ways to hold both:\n\n- Ask once for the whole month, so that it is one request and not four\n- Offer her a protected ',
    ),
  );
  const phone = await visit(`${url}/s/${session.id}`, { theme: 'dark', size: 'phone' });
  const field = phone.getByRole('textbox', { name: 'Message' });
  await field.fill('The telling. But I feel guilty asking her again.');
  await phone.getByRole('button', { name: 'Send' }).click();
  await phone.getByText('Offer her a protected').waitFor();
  await field.blur();
  await screenshot(phone, 'chat-phone-dark', { inReadme: true });
  const { runningReply } = await viewer.session(session.id, 'runningReply { id }');
  await viewer.cancel(runningReply.id);
  await phone.getByText('Stopped', { exact: true }).waitFor();

  world.model.otherwise(says('You wrote that telling Marta first was the only reason the writing block held [1].'));
  await viewer.report({ sessionId: session.id, wait: true });
  await phone.goto(`${url}/s/${session.id}`);
  await phone.getByRole('heading', { name: /^Report:/ }).waitFor();
  await phone.getByRole('heading', { name: /^Report:/ }).evaluate((title) => title.scrollIntoView());
  await screenshot(phone, 'report-phone', { inReadme: true });
});
