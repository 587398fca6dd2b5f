import type { MessageKind } from './kind-of-message.ts';

export type Variants = readonly [string, ...string[]];

/** What a question is about; most kinds have one of their own. */
export type QuestionKind =
  | Exclude<MessageKind, 'GOODBYE' | 'PARTING_IN_DANGER' | 'SUMMARY'>
  | 'CONFLICT'
  | 'RECALL_ONE'
  | 'RECALL_NONE'
  | 'GOOD_FEELING'
  | 'TIMED_COMMITMENT'
  | 'OPEN_PLAN_CHANGE'
  | 'QUESTION'
  | 'OPENING'
  | 'GOING_ON'
  | 'REQUEST'
  | 'TOP_RATING';

const options: Variants = [
  'What would be the smallest first step?',
  'What has helped you with something like it before?',
  'What would you say to a friend in the same place?',
  'What else could you do, if you had to name two ways?',
];

/** {when} is the time that the message names, or “this time”; {new} what its plan changes to. */
export const questions: Record<QuestionKind, Variants> = {
  DISTRESS: [
    'Who could be with you right now?',
    'Who near you can you call or go to now?',
    'Which person could you tell this to today?',
  ],
  DANGER_TO_OTHERS: [
    'Who could be with you until this has passed?',
    'Who could you call now, before anything else?',
    'Which person could you tell this to today?',
  ],
  SUMMARY_IN_DANGER: ['Who could read it together with you?', 'Who could you show it to today?'],
  WORDLESS: [
    'How would you put it into words?',
    'What would you like to say about it, in a sentence?',
    'What stands behind it?',
  ],
  OTHER_LANGUAGE: [
    'What would you like to say about it in English?',
    'How would you put it in English?',
    'Which part of it can you say in English?',
  ],
  OUT_OF_SCOPE: [
    'What would you want to ask them first?',
    'What would you like them to know before they answer?',
    'What part of it would you like to think through here?',
  ],
  IDENTITY: [
    'What would you like to work on here?',
    'What would make this conversation of use to you?',
    'Where would you like to start?',
  ],
  RATING: [
    'What would move it up by one?',
    'What is already in that number?',
    'What would you need to see to choose a higher one?',
  ],
  RECALL: [
    'Which of them still holds?',
    'Which of them matters most to you today?',
    'What would you add to them today?',
  ],
  RECALL_ONE: ['What of it still holds?', 'How do you see it today?', 'What would you add to it today?'],
  RECALL_NONE: [
    'What do you remember of it yourself?',
    'What would you say about it today?',
    'Where do you stand with it now?',
  ],
  ADVICE: options,
  REPORT: [
    'What was different {when}?',
    'What helped you to do it?',
    'What do you take from it for the next time?',
    'What would you like to do next?',
  ],
  SETBACK: [
    'What would you like to do with it now: keep, change or drop it?',
    'What got in the way?',
    'What would make the next try a little easier?',
    'What part of it still matters to you?',
  ],
  AMBIVALENT: [
    'What would be the smallest first step?',
    'Which of the two weighs more today?',
    'What would have to be true for both to have a place?',
    'Where would you like to be with it in a month?',
  ],
  RELUCTANT: [
    'What would have to change for you to look at it again?',
    'What speaks for leaving it as it is?',
    'What would you like to talk about in its place?',
  ],
  COMMITMENT: [
    'When and where will you do it?',
    'How sure are you, from 0 to 10, that you will do it?',
    'What could get in the way, and what would you do then?',
  ],
  TIMED_COMMITMENT: [
    'How sure are you, from 0 to 10, that you will do it?',
    'What could get in the way, and what would you do then?',
    'How will you know that it is done?',
  ],
  PLAN_CHANGE: ['What makes {new} easier?', 'What speaks for {new}?', 'What could still get in the way of {new}?'],
  OPEN_PLAN_CHANGE: [
    'What would you put in its place?',
    'What part of it would you keep?',
    'What would the new one make easier?',
  ],
  THANKS: [
    'What will you take from it?',
    'What would you like to do with it next?',
    'What of it do you want to keep in mind?',
  ],
  GOAL: [
    'How would you notice that you got there?',
    'Where do you stand with it today?',
    'What would be different on an ordinary day?',
    'What matters to you about it?',
  ],
  FEELING: [
    'When did it last go a little better, and what was different?',
    'What weighs most in it right now?',
    'What usually happens just before it?',
    'What would a slightly better day look like?',
  ],
  GOOD_FEELING: [
    'What do you put it down to?',
    'What would you like to keep from it?',
    'Who or what had a part in it?',
  ],
  SHORT: [
    'What would you like to say about it?',
    'What else belongs to it?',
    'What comes up when you stay with it for a moment?',
    'What would be useful to look at next?',
  ],
  OPENING: ['What would you like to talk about?', 'What is on your mind today?', 'Where would you like to go on?'],
  GOING_ON: ['Where would you like to go on?', 'What comes to mind about it?', 'What would be useful to look at next?'],
  REQUEST: ['What would you like to get from it?', 'What would it be for?', 'What would you do with it?'],
  TOP_RATING: ['What makes you that sure?', 'What is in that number for you?', 'What could still get in the way?'],
  QUESTION: [
    'What would you do with the answer?',
    'What would the answer change for you?',
    'Where could you find it out?',
  ],
  REMINDER: [
    'Where could you put it so that you see it in time?',
    'What in your day could remind you of it?',
    'Who could ask you about it?',
  ],
  LOSS: ['What would you like to say about it?', 'Who is with you in this?', 'What do you need in these days?'],
  OTHER: [
    'What matters most to you in this?',
    'What about it stays with you?',
    'What would you like to say more about?',
    'What would be useful to look at in it?',
  ],
  CONFLICT: [
    'What has changed since then?',
    'Which of the two fits you better now?',
    'How do you see the two together?',
  ],
};
