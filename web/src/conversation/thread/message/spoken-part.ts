const SPOKEN = 600;

/** As much of a text as is read out unasked: whole sentences, near 600 characters. */
export function spokenPart(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (plain.length <= SPOKEN) return plain;
  const start = plain.slice(0, SPOKEN);
  const end = Math.max(start.lastIndexOf('. '), start.lastIndexOf('? '), start.lastIndexOf('! '));
  return end > 0 ? start.slice(0, end + 1) : `${start.slice(0, start.lastIndexOf(' '))}…`;
}
