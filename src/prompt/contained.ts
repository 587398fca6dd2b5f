/** `text` so that it can neither end its quotation, nor begin a line, nor name a source by a [n] of its own. */
export function contained(text: string): string {
  return text
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/[“„‟«〝]/gu, '‘')
    .replace(/[”»〞]/gu, '’')
    .replace(/["＂]/gu, "'")
    .replace(/[[【［]/gu, '(')
    .replace(/[\]】］]/gu, ')');
}
