import { browserTexts, tabTexts } from '../parts/stored-texts.ts';

/** How the app looks and behaves is nobody's secret. */
const KEPT = ['theme', 'singleKeys', 'announceParagraphs', 'token'];

/** Written for the other tabs to hear of it, and gone again. */
export const ERASED = 'erased';

/** Drafts, messages that wait to be sent, and whatever else this browser keeps of a viewer. */
export function forgetTexts(): void {
  for (const name of browserTexts.names()) if (!KEPT.includes(name)) browserTexts.remove(name);
  for (const name of tabTexts.names()) tabTexts.remove(name);
}

/** After an erasure: what other tabs hold of it goes as well. */
export function forgetInAllTabs(): void {
  forgetTexts();
  browserTexts.set(ERASED, '1');
  browserTexts.remove(ERASED);
}
