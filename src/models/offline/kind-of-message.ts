import type { TurnMessage } from '../chat-model.ts';
import { outOfScopeReply, reminder } from './care.ts';
import { type Danger, dangerBefore, dangerIn } from './danger.ts';
import { isOtherLanguage, isWordless } from './readable.ts';
import { firstPerson, kindOfSentence, type SentenceKind, sentenceKinds } from './sentence-kinds.ts';
import { plain, sentencesOf, wordCount } from './sentences.ts';
import { reflectedThanks } from './thanks.ts';

export type MessageKind =
  | SentenceKind
  | Danger
  | 'PARTING_IN_DANGER'
  | 'SUMMARY_IN_DANGER'
  | 'WORDLESS'
  | 'OTHER_LANGUAGE'
  | 'OUT_OF_SCOPE'
  | 'IDENTITY'
  | 'RATING'
  | 'REMINDER'
  | 'LOSS'
  | 'THANKS'
  | 'GOODBYE';

export interface ReadMessage {
  kind: MessageKind;
  /** The sentence that made it of this kind, plain; empty where no sentence did. */
  sentence: string;
}

const opening =
  /^(?:(?:(?:so|ok|okay|hey|honestly|actually|yeah|and|but|also|um|uh|oh|frankly|to be honest)\b,?|(?:well|hi|hello|yes|yep|no|nope|look|right|anyway|thanks|thank you|good morning|good evening)[,.:;!]) +)+/i;
const goodbye =
  /^(?:(?:ok|okay|well|thanks|thank you|great|right|alright|that's it|so)\b[^a-z]*)*(?:bye|goodbye|bye bye|good ?night|see you|see ya|talk (to you )?(later|soon|tomorrow)|until (next time|tomorrow)|(i'?ve|i have) (got )?to go|got to go|gotta go|i'm done for (today|now)|that's all|that is all|that's it for|that will be all|let's stop|stop$|enough for today|take care|cheers, bye)\b/i;
const loss =
  /\b(?<!(?:phone|laptop|battery|car|computer|plants?|line) )(died|passed away|is dying|funeral|miscarriage)\b/i;
const identity =
  /\b(are you (really |actually |just )?(a |an )?(real|human|person|people|bot|robot|ai|a\.i\.|machine|program|computer|therapist|psychologist|doctor|coach|chatgpt|gpt|alive|conscious|intelligent|llm|there)|who are you|what are you|who am i (talking|speaking|writing) to|how do(es)? (you|this|it) work\?|what is this\?|what can you do\b)/i;

const isRequest = (sentence: string) => ['SUMMARY', 'RECALL', 'ADVICE'].includes(kindOfSentence(sentence));

/** The last sentence decides here, so that a story of a farewell is none. */
const isGoodbye = (sentences: readonly string[]) => {
  const last = sentences.at(-1) ?? '';
  return wordCount(last) <= 8 && goodbye.test(last) && sentences.length <= 4;
};

/** A farewell for ever is no farewell to accept. */
function kindAfter(danger: Danger, sentences: readonly string[]): MessageKind {
  if (isGoodbye(sentences) && !/\b(forever|for good|world|everyone|everybody|last)\b/i.test(sentences.join(' '))) {
    return 'PARTING_IN_DANGER';
  }
  return sentences.some((sentence) => kindOfSentence(sentence) === 'SUMMARY') ? 'SUMMARY_IN_DANGER' : danger;
}

/** First match wins, in the order of the kinds; what asks for care comes before all that is coaching. */
export function readMessage(question: string, recent: readonly TurnMessage[]): ReadMessage {
  const danger = dangerIn(question);
  if (danger !== null) return { kind: danger, sentence: '' };
  const sentences = sentencesOf(question)
    .map((sentence) => plain(sentence).replace(opening, ''))
    .filter((sentence) => wordCount(sentence) > 0);
  const earlier = dangerBefore(recent);
  if (earlier !== null) return { kind: kindAfter(earlier, sentences), sentence: '' };
  if (isWordless(question)) return { kind: 'WORDLESS', sentence: '' };
  if (isOtherLanguage(question)) return { kind: 'OTHER_LANGUAGE', sentence: '' };

  const found = (kind: MessageKind, matches: (sentence: string) => boolean) => {
    const sentence = sentences.find(matches);
    return sentence === undefined ? null : { kind, sentence };
  };
  const lastAsked = recent.findLast(({ role }) => role === 'ASSISTANT')?.text ?? '';
  const first =
    found('OUT_OF_SCOPE', (sentence) => outOfScopeReply(sentence) !== null && kindOfSentence(sentence) !== 'RECALL') ??
    found('REMINDER', (sentence) => reminder.test(sentence)) ??
    found('IDENTITY', (sentence) => identity.test(sentence)) ??
    found('LOSS', (sentence) => loss.test(sentence) && !isRequest(sentence)) ??
    (lastAsked.includes('0 to 10') ? found('RATING', (sentence) => /\b(10|\d)\b/.test(sentence)) : null);
  if (first !== null) return first;
  if (isGoodbye(sentences)) return { kind: 'GOODBYE', sentence: sentences.at(-1) ?? '' };
  if (reflectedThanks(question) !== null) return { kind: 'THANKS', sentence: '' };
  for (const [kind, matches] of sentenceKinds) {
    const read = found(kind, matches);
    if (read !== null) return read;
  }
  const sentence = sentences.find((one) => firstPerson.test(one)) ?? sentences[0] ?? '';
  return { kind: wordCount(question) < 5 ? 'SHORT' : 'OTHER', sentence };
}
