/** What took a token to fetch cannot be a plain link. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken it over by then; a blob that is not let go stays for as long as the page.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
