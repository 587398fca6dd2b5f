import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanTitle } from '../../src/chat/sessions/clean-title.ts';
import { titleOf } from '../../src/models/offline/title.ts';
import { coachingMessages } from '../support/coaching-messages.ts';

/** What a title is, whoever made it. */
function expectTitle(title: string): void {
  expect(title.length).toBeLessThanOrEqual(60);
  expect(title).toBe(title.trim());
  expect(title).not.toMatch(/[\r\n\0"“”«»!]|\[\d+\]|[.,;:]$/);
  expect(title.isWellFormed()).toBe(true);
  expect(title).toMatch(/[\p{L}\p{N}]/u);
}

describe('the title of a message', () => {
  test.each([
    ['I want to get fitter this year.', 'Get fitter this year'],
    ['My goal is to finish my thesis by the end of June', 'Finish my thesis by the end of June'],
    ['I finally talked to my sister yesterday and it went better than I feared!!', 'Talked to my sister yesterday'],
    ['so yeah I forgot to call the landlord, third time now', 'Forgot to call the landlord'],
    ["I know I should delegate more but it's quicker if I do it myself.", 'Delegate more'],
    ["I'm exhausted after work, but I want to keep the evening course.", 'Keep the evening course'],
    ["I don't want to talk about running any more.", "Don't want to talk about running any more"],
    ['I feel anxious about the presentation tomorrow.', 'Anxious about the presentation tomorrow'],
    ['Should I quit my job?', 'Should I quit my job?'],
    ['What should I do about my flatmate? He never cleans.', 'My flatmate'],
    ['What did I say about sleep?', 'Sleep'],
    ['Can you help me with a difficult conversation with my mother?', 'Difficult conversation with my mother'],
    ['I went back to the gym again after three weeks off', 'Went back to the gym again'],
    ['Ich möchte mehr Sport machen, aber ich habe keine Zeit.', 'Ich möchte mehr Sport machen'],
    ['我想多运动，但是我没有时间。', '我想多运动'],
  ])('%s → %s', (message, title) => {
    expect(titleOf(message)).toBe(title);
  });

  test.each(['hi', 'Work stuff.', 'maybe a 6', '😭😭', 'Thanks, talk to you tomorrow!', ''])(
    '%j has none',
    (message) => {
      expect(titleOf(message)).toBeNull();
    },
  );

  test('in danger is not for other eyes', () => {
    expect(titleOf("I can't do this anymore. I want to die.")).toBe('A difficult time');
  });

  test('is a title for all that people write to a coach, made of their own words', () => {
    for (const { text } of coachingMessages) {
      const title = titleOf(text);
      if (title === null || title === 'A difficult time') continue;
      expectTitle(title);
      expect(text.toLowerCase().replaceAll('’', "'")).toContain(title.toLowerCase().replace(/\?$/, ''));
    }
  });

  test('is a title or none, whatever is written, however long', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.lorem({ maxCount: 40 }));
    fc.assert(
      fc.property(anything, (message) => {
        const title = titleOf(message);
        if (title !== null) expect(title.length).toBeLessThanOrEqual(60);
      }),
    );
    for (const run of ['a', 'a ', 'really ', ' ', 'a, ', 'I '].map((each) => each.repeat(16_000))) titleOf(run);
  });
});

describe('what a model wrote as a title', () => {
  test.each([
    ['"Running with a sore knee."', 'Running with a sore knee'],
    ['Title: **Sleep & coffee**', 'Sleep & coffee'],
    ['\n\n  Sleep,\n\nand more', 'Sleep'],
    ['Sleep [1] at last!!! 🎉', 'Sleep at last'],
    ["‘Mother's visit’", "Mother's visit"],
    ['Should I go?', 'Should I go?'],
    ['«Schlaf und Kaffee»', 'Schlaf und Kaffee'],
    ['睡眠'.repeat(40), '睡眠'.repeat(30)],
    ['Sleep\u202E\0 well', 'Sleep well'],
    ['Sure! Here is a title: "Feedback for Priya"', 'Feedback for Priya'],
    ['<b>Sleep</b> and coffee', 'Sleep and coffee'],
    ['Run: the first 10 km', 'Run: the first 10 km'],
    ['**Sleep**, coffee and `1.5` hours', 'Sleep, coffee and 1.5 hours'],
  ])('%j → %s', (written, title) => {
    expect(cleanTitle(written)).toBe(title);
  });

  test.each(['', '-', '…', '"!"', '\n \n', '🙂'])('%j is none', (written) => {
    expect(cleanTitle(written)).toBeNull();
  });

  test('is one clean line, whatever it wrote', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.lorem({ maxCount: 30 })), (written) => {
        const title = cleanTitle(written);
        if (title === null) return;
        expectTitle(title);
      }),
    );
  });
});
