import type { Viewer } from '../context.ts';

/** What a timer can hold; later than that, a connection ends early rather than never. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Calls `expire` when the viewer's token does. @returns what calls it off */
export function atExpiry({ expiresAt }: Viewer, expire: () => void): () => void {
  if (expiresAt === null) return () => undefined;
  const leftMs = Math.max(expiresAt * 1000 - Date.now(), 0);
  const timer = setTimeout(expire, Math.min(leftMs, MAX_TIMEOUT_MS));
  return () => clearTimeout(timer);
}
