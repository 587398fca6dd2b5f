// “Where do I start?” asks for a next step; “Where do I run?” for what was said.
const nextSteps =
  '(?:start|begin|stop|find|know|need|have|ask|talk|tell|turn|look|draw|choose|pick|take|give|wait|let|say|write|buy|apply|quit|do|want|trust|believe|tackle|keep|drop|handle|deal|put|fast|even|get(?! (?:up|home|out))|go(?! (?:to|running|swimming|for|out)\\b))';
const judgement =
  /\b(right|wrong|well|enough|too|good|bad|okay|ok|mistake|fault|deserve|crazy|normal|better|best|next)\b/i;

const aboutOneself = [
  new RegExp(
    `^(?:on |at |in |since |until |by |for |with )?(?:(?:which|what|how many|how much) (?:[\\p{L}\\d-]+ ){1,3}|when |where |since when |how (?:often|long|far|fast|many|much) |who )do (?:i|we) (?!${nextSteps}\\b)(?:usually |normally |always |mostly )?\\p{L}`,
    'iu',
  ),
  /^(?:on |at |in |since |until |by |for |with )?(?:which|what|when|where|who|whom|how(?! do\b))(?: [\p{L}\d-]+){0,3} (?:did|was|have|had) (?:i|we)\b/iu,
  /^(?:which|what) [\p{L}-]+(?: [\p{L}-]+)? am i \p{L}+ing\b/iu,
  /^(?:did|have|had|was|were) (?:i|we) (?:ever |already |really |still )?\p{L}/iu,
  /^(?:what|who|when|where|which|how old|how big)(?:'s| is| was| are| were) (?:my|our) (?!(?:options?|problem|purpose|potential|chances?|rights?|weakness|strengths?|point|excuse|deal|calling|duty)\b)/i,
  /^when(?:'s| is| was) the (?!\p{L}+ time\b)/iu,
  /^when (?:do|does|did) (?:my|our) /i,
  /^(?:[Ww]hat|[Ww]hen|[Ww]here|[Hh]ow|[Ww]ho|[Ww]hich)(?: \p{L}+)? (?:did|has|had) (?:my \p{L}+|he|she|they|\p{Lu}\p{L}+) /u,
];
const named = /^[Ww]ho(?:'s| is| was| are) \p{Lu}\p{L}+(?: (?:and )?\p{Lu}\p{L}+)?\W*$/u;

/** “On which days do I run?”, “Who is Dana?”: a question whose answer the writer has given, or nobody has. */
export function asksForOwnFact(sentence: string): boolean {
  if (named.test(sentence)) return true;
  return aboutOneself.some((pattern) => pattern.test(sentence)) && !judgement.test(sentence);
}
