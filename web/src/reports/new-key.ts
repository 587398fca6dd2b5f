const BYTES = 16;

/** Under which a request may be sent again without being done twice. Works without https too, where there is no randomUUID. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
