/** What models that are run at home read as the end of a message, wherever it stands: `<|im_end|>`, `</s>` and their like. */
const CONTROL_TOKEN = /<(?=\||\/?s>|\/?(?:start|end)_of_turn>)/g;

/** `text` so that it can neither end its quotation, nor begin a line, nor name a source by a [n] of its own, nor end its message. */
export function contained(text: string): string {
  return text
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(CONTROL_TOKEN, '‹')
    .replace(/[“„‟«〝]/gu, '‘')
    .replace(/[”»〞]/gu, '’')
    .replace(/["＂]/gu, "'")
    .replace(/[[【［]/gu, '(')
    .replace(/[\]】］]/gu, ')');
}
