import { heldToken, holdToken, viewerOf } from './token.ts';

/**
 * The token of `#token=…`, which is gone from the address before anyone could read it there, or keep it in a history.
 * A link that would sign somebody else in does so only after a question, since anyone can send a link.
 */
export function takeToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  const [viewer, before] = [viewerOf(token), viewerOf(heldToken())];
  const isSure = before === null || before === viewer || confirm(`Sign out as ${before}, and in as ${viewer}?`);
  if (viewer !== null && isSure) holdToken(token);
}
