/** A Carryover server through Apollo Client 4. */
export type { Auth } from './auth.ts';
export { addDocument, addMessages, addSession, hideSession } from './cache-updates.ts';
export { createCache, possibleTypes, typePolicies } from './create-cache.ts';
export { type ClientOptions, type Connected, createClient } from './create-client.ts';
export { createLink, type LinkOptions } from './create-link.ts';
export { createTransport, type SubscriptionTransport, type TransportOptions } from './create-transport.ts';
