const asks =
  /\?|\b(should|can|could|may|must|tell me|help me|give me|recommend|advise|how (much|many|long|do)|what (dose|should)|do i|am i|is it)\b/i;

const outOfScope: [topic: RegExp, reply: string][] = [
  [
    /\b(dos(e|es|age)|medications?|medicines?|meds|antidepressants?|pills?|tablets?|ssris?|sertraline|ritalin|adderall|insulin|ibuprofen|prescri\w+|side effects?|supplements?|\d+ ?mg)\b/i,
    'That belongs with a doctor or a pharmacist, and I leave it to them.',
  ],
  [
    /\b(diagnos\w+|do i have (adhd|add|depression|ocd|ptsd|anxiety|bipolar|autism|cancer|diabetes|burnout|an? \w+ disorder)|am i (depressed|bipolar|autistic|an alcoholic|mentally ill)|symptoms?)\b/i,
    'That belongs with a doctor or a psychotherapist, and I leave it to them.',
  ],
  [
    /\b(calories?|kcal|ideal weight|target weight|how much should i weigh|bmi|(lose|drop) \d+ ?(kg|kilos?|pounds|lbs?|stone) in|how (much|many|long) .{0,40}(fast|fasting|lose weight))\b/i,
    'Targets for food and weight belong with a doctor or a dietitian, and I leave them to those.',
  ],
  [
    /\b(sue|suing|lawsuit|illegal|legal(ly)?|custody|lawyer|unfair dismissal|my rights|break my lease|visa|in court)\b/i,
    'That belongs with a lawyer or a legal advice centre, and I leave it to them.',
  ],
  [
    /\b(invest(ing)?|stocks?|shares|crypto|bitcoin|etfs?|mortgage|pension fund|tax(es)?|bankruptcy|refinance)\b/i,
    'That belongs with an independent financial or tax adviser, and I leave it to them.',
  ],
];

export const reminder =
  /\b(remind me (to|at|in|on|tomorrow|every|about)|set (a|an|me a) (reminder|alarm|timer)|(send|text|email|call) me (a|an|at|on|in|when|tomorrow|every))\b/i;

/** One sentence that says whose matter it is; null when it may be ours. */
export function outOfScopeReply(sentence: string): string | null {
  if (!asks.test(sentence)) return null;
  return outOfScope.find(([topic]) => topic.test(sentence))?.[1] ?? null;
}
