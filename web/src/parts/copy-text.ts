/**
 * Puts a text into the clipboard.
 *
 * @returns whether that was allowed
 */
export async function copyText(text: string): Promise<boolean> {
  // Browsers have a clipboard on https and on this machine alone; over a house's own network there is only the older way.
  if (!navigator.clipboard) return copyBySelection(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'sr';
  // Inside a modal dialog, beside which everything is inert.
  const place = document.querySelector('dialog:modal') ?? document.body;
  const focused = document.activeElement;
  place.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
