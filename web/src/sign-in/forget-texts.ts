/** How the app looks and behaves is nobody's secret. */
const KEPT = ['theme', 'singleKeys', 'announceParagraphs', 'token'];

/** Written for the other tabs to hear of it, and gone again. */
export const ERASED = 'erased';

/** Drafts, messages that wait to be sent, and whatever else this browser keeps of a viewer. */
export function forgetTexts(): void {
  for (const key of Object.keys(localStorage)) {
    if (!KEPT.includes(key)) localStorage.removeItem(key);
  }
  sessionStorage.clear();
}

/** After an erasure: what other tabs hold of it goes as well. */
export function forgetInAllTabs(): void {
  forgetTexts();
  localStorage.setItem(ERASED, '1');
  localStorage.removeItem(ERASED);
}
