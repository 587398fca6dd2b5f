import { heldToken } from './token.ts';

/** For what is asked beside GraphQL: files that go up, and the export. Nothing where the server has no login. */
export function authorizedHeaders(): Record<string, string> {
  const token = heldToken();
  return token ? { authorization: `Bearer ${token}` } : {};
}
