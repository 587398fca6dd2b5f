import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { PromptMessage } from '../models/chat-model.ts';

/** SHA-256 in hex of the RFC 8785 JSON of `[{content, role}]`, role in lower case. */
export function requestHash(messages: readonly PromptMessage[]): string {
  const json = canonicalize(messages.map(({ role, content }) => ({ role: role.toLowerCase(), content })));
  return createHash('sha256').update(String(json)).digest('hex');
}
