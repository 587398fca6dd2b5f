/** How a client shows who it is. */
export interface Auth {
  /**
   * The bearer token of now; undefined or null where there is none. Asked before each request and each connection. Once it is
   * another viewer's, the client's `changeViewer` is to be called.
   */
  token(): Promise<string | null | undefined> | string | null | undefined;
  /** Gets another token, after the server refused the last one. Rejects where the viewer has to log in again. */
  refresh?(): Promise<unknown>;
}

const refreshing = new WeakMap<Auth, Promise<unknown>>();

/** A header for HTTP, and what a socket says when it connects. */
export async function authorization(auth: Auth | undefined): Promise<{ authorization?: string }> {
  const token = await auth?.token();
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Refreshes once for all that ask meanwhile, and not at all where `refused` was replaced already. */
export async function renew(auth: Auth, refused: string | undefined): Promise<void> {
  if ((await authorization(auth)).authorization !== refused) return;
  const refresh = refreshing.get(auth) ?? Promise.resolve(auth.refresh?.()).finally(() => refreshing.delete(auth));
  refreshing.set(auth, refresh);
  await refresh;
}
