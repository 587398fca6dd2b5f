/** How the app looks and behaves is nobody's secret. */
const KEPT = ['theme', 'singleKeys', 'announceParagraphs', 'token'];

/** Drafts, messages that wait to be sent, and whatever else this browser keeps of a viewer. */
export function forgetTexts(): void {
  for (const key of Object.keys(localStorage)) {
    if (!KEPT.includes(key)) localStorage.removeItem(key);
  }
  sessionStorage.clear();
}
