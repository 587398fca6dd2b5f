import type { Variants } from './questions.ts';

/** Said in the first reply of a session and whenever advice is asked for. */
export const honesty: Variants = [
  "I'm the built-in responder: I work by rules from what you write, so I ask more than I advise.",
  'I have no advice of my own: I work by rules, from your own words.',
  'I work by rules from what you wrote, so the ideas have to be yours.',
];

export const whatThisIs: Variants = [
  "I'm the built-in responder, a program: no person, no therapist, and no large AI model either. I work by rules: I quote what you wrote and ask about it.",
];

export const distressReplies: Variants = [
  "What you write sounds serious, and I am sorry it is this hard. I'm a program that works by rules, so I will not coach here. Please turn to someone near you or a doctor now, and if anyone is in danger, call your local emergency services.",
  'I am glad that you wrote again, and I still only work by rules. This needs people: someone you trust, a doctor, or your local emergency services if there is danger.',
  'People can be there for this in a way that a program working by rules cannot. Please let someone near you know, and call your local emergency services if it gets dangerous.',
];

export const dangerReplies: Variants = [
  "What you write sounds serious, and somebody could get hurt, so I will not coach here. I'm a program that works by rules. Please move away from where it could happen, talk to someone you trust or a doctor, and call your local emergency services if anyone is in danger.",
  'I still only work by rules, and this needs people. Please keep your distance for now, speak to someone you trust or a doctor, and call your local emergency services if it gets dangerous.',
];

/** A goodbye after it is accepted at once, and still points to people. */
export const partingsInDanger: Variants = [
  'Goodbye for now, and I am glad that you wrote. Please let someone near you know how it is, and call your local emergency services if it gets dangerous.',
  'All right, you can come back here at any time. Until then, please stay near someone you trust, and your local emergency services are there if it gets dangerous.',
];

export const summariesInDanger: Variants = [
  'I leave what you wrote as it stands, for it is too serious to be summed up by rules. It could be shown as it is to someone you trust or a doctor, and your local emergency services are there if it gets dangerous.',
];

export const wordless: Variants = [
  'My rules only read sentences, and I find none here.',
  'Again I find no sentence here that my rules can read.',
];

export const otherLanguage: Variants = [
  "I'm the built-in responder: I work by rules, and they only read English.",
  'I work by rules that only read English, so I would get this wrong.',
];

export const goodbyes: Variants = [
  'Until next time, then. You can go on from here whenever you like.',
  'All right, let us stop here. The next step is yours.',
  'Goodbye for now. We can start wherever you like next time.',
];

/** Of deeds only: reporting a miss, making a plan. Never of the person or of what the plan is worth. */
export const affirmations: Record<'MISS' | 'TIME', Variants> = {
  MISS: ['You noticed it and said so.', 'You say it as it was.', 'You came back to it here.'],
  TIME: ['You put a time to it.', 'You gave it a place in the week.', 'You made it definite.'],
};
