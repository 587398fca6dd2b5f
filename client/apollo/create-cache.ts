import { type FieldPolicy, InMemoryCache, type StoreObject, type TypePolicies } from '@apollo/client';
import type { Edge, ReadField } from './held-pages.ts';
import { messagePages } from './message-pages.ts';
import { newestFirst } from './newest-first.ts';

/** A cache that knows what the server's types and pages mean. */
export const createCache = () => new InMemoryCache({ possibleTypes, typePolicies });

export const possibleTypes = {
  ReplyEvent: ['ReplyDelta', 'ReplyCompleted', 'ReplyCancelled', 'ReplyFailed'],
  PromptSource: ['ChatMessage', 'DocumentChunk'],
};

/** What may have been read in a list is not asked for again. */
const byId = (__typename: string): FieldPolicy => ({
  read: (known, { args, toReference }) => (known === undefined ? toReference({ __typename, id: args?.id }) : known),
});

/** A session that was deleted, or restored, is shown by those lists alone that ask for such. */
function isOfState({ node }: Edge, args: Record<string, unknown> | null, readField: ReadField): boolean {
  const isActive = readField<boolean>('isActive', node);
  const filter = args?.filter;
  const state = typeof filter === 'object' && filter !== null && 'state' in filter ? filter.state : 'ACTIVE';
  return isActive === undefined || state === 'ALL' || isActive === (state !== 'DELETED');
}

const replaced = { merge: false };
/** Parts that are asked for one by one make one whole. */
const joined = { merge: true };
/** The same of lists whose members keep their places and have no ids. */
const joinedByPlace: FieldPolicy<StoreObject[]> = {
  merge: (held = [], fresh, { mergeObjects }) =>
    fresh.map((each, at) => (held[at] ? mergeObjects(held[at], each) : each)),
};

export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      chatSession: byId('ChatSession'),
      chatMessage: byId('ChatMessage'),
      document: byId('Document'),
      chatSessions: newestFirst('updatedAt', ['filter'], isOfState),
      documents: newestFirst('createdAt', false),
    },
  },
  ChatSession: { fields: { messages: messagePages, tags: replaced, documents: replaced } },
  ChatMessage: { fields: { citations: replaced } },
  Document: { fields: { chunks: replaced } },
  Viewer: { keyFields: [] },
  ModelStatus: { keyFields: [] },
  PromptManifest: { ...joined, fields: { sections: joinedByPlace, messages: replaced, notes: replaced } },
  PromptSection: { fields: { items: joinedByPlace } },
  UsageSummary: { ...joined, fields: { byDay: replaced, byPurpose: replaced } },
  MemoryStatus: joined,
  TokenUsage: joined,
  Limits: joined,
};
