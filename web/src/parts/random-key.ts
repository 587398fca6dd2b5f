/**
 * Names one message, report or tab for ever, so that what is sent again under it is not done twice. `crypto.randomUUID` is
 * missing on plain http, where people try things out.
 */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
