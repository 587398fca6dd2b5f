/** Asks the server. @returns what is wrong with a token, for a person; null where it is accepted */
export async function checkToken(token: string): Promise<string | null> {
  const body = JSON.stringify({ query: '{ viewer { id } }' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  try {
    const response = await fetch('/graphql', { method: 'POST', headers, body });
    const { data }: { data?: unknown } = await response.json();
    if (data) return null;
    if (response.status >= 500) return 'The server cannot check tokens at the moment. Try again.';
    return 'The server does not accept this token. It may be cut off, expired, or of another server.';
  } catch {
    return 'The server does not answer. Try again in a moment.';
  }
}
