/** The files that were dropped or pasted. A folder looks like a file that nothing can read. */
export function filesOf({ items, files }: DataTransfer): { files: File[]; folders: number } {
  const entries = [...items].filter(({ kind }) => kind === 'file');
  const isFolder = entries.map((item) => item.webkitGetAsEntry()?.isDirectory ?? false);
  return {
    files: [...files].filter((_, at) => !isFolder[at]),
    folders: isFolder.filter(Boolean).length,
  };
}
