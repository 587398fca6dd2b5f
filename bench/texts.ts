// What people might say to a coach, put together by chance, always by the same: no two runs differ.

const USER = [
  ['I', 'Lately I', 'This week I', 'Since March I', 'Most evenings I', 'After work I', 'Again I', 'On Sunday I'],
  ['put off', 'worried about', 'talked about', 'made time for', 'gave up on', 'went back to', 'avoided', 'enjoyed'],
  [
    'running downhill with my sore knee',
    'the budget meeting with Priya',
    'calling my sister',
    'sleeping before midnight',
    'the chapter on soil chemistry',
    'practising the cello',
    'cooking instead of ordering',
    'the move to Leipzig',
    'the conflict with my team lead',
    'learning Portuguese',
    'the garden plot',
    'my application for the night shift',
    'reading before bed',
    'the therapy exercises',
    'swimming at the lake',
    'the argument about the car',
    'meditating on the train',
    'planning the workshop',
    'saving for the roof',
    'the visit of my parents',
    'the marathon training',
    'answering mail at weekends',
    'the exam in statistics',
    'the choir rehearsals',
  ],
  [
    'and felt tired',
    'and was proud of it',
    'though it rained',
    'because nobody else would',
    'and it helped a little',
    'and nothing changed',
    'with my neighbour',
    'for half an hour',
    'and I never noticed the time',
    'and my back hurt',
  ],
];
const COACH = [
  ['It sounds as if', 'You noticed that', 'I hear that', 'So it seems', 'You say that', 'It matters to you that'],
  [
    'the mornings',
    'the conversations',
    'the first ten minutes',
    'the quiet days',
    'the plans',
    'the people around you',
    'the deadlines',
    'the small steps',
    'the setbacks',
    'the good nights',
  ],
  [
    'cost you strength',
    'give you room',
    'come too late',
    'went better than feared',
    'ask a lot of you',
    'are where it begins',
    'stay unfinished',
    'surprise you',
  ],
];
const ASKS = ['What would help?', 'What comes first?', 'How sure are you, from 0 to 10?', 'What got in the way?', ''];

/** Numbers from 0 to 1 that look like chance (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const oneOf = <T>(items: readonly T[], random: () => number): T | undefined =>
  items[Math.floor(random() * items.length)];

/** Sentences of one side, all different, as many as asked for. */
export function sentences(side: 'USER' | 'ASSISTANT', count: number, random: () => number): string[] {
  const found = new Set<string>();
  while (found.size < count) {
    const words = (side === 'USER' ? USER : COACH).map((choices) => oneOf(choices, random)).join(' ');
    found.add(side === 'USER' ? `${words}.` : `${words}. ${oneOf(ASKS, random)}`.trim());
  }
  return [...found];
}
