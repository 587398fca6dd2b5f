import { gql } from '@apollo/client';
import { expect, test } from 'vitest';
import { createCache } from '../../client/apollo/create-cache.ts';

const MESSAGES = gql`
  query ($id: ID!) {
    chatSession(id: $id) {
      id
      messages(last: 2) {
        nodes {
          id
          seq
          citations {
            source {
              ... on ChatMessage {
                id
                seq
                session {
                  id
                  title
                }
              }
            }
          }
        }
      }
    }
  }
`;

test('a page whose messages cite one of the same session is kept, in order', () => {
  const session = { __typename: 'ChatSession', id: 'a', title: 'Mornings' };
  const cited = { __typename: 'ChatMessage', id: 'one', seq: 1, session };
  const citations = [{ __typename: 'Citation', source: cited }];
  const nodes = [
    { __typename: 'ChatMessage', id: 'eight', seq: 8, citations },
    { __typename: 'ChatMessage', id: 'nine', seq: 9, citations: [] },
  ];
  const messages = { __typename: 'ChatMessageConnection', nodes };
  const data = { chatSession: { __typename: 'ChatSession', id: 'a', messages } };
  const cache = createCache();

  cache.writeQuery({ query: MESSAGES, variables: { id: 'a' }, data });

  expect(cache.readQuery({ query: MESSAGES, variables: { id: 'a' } })).toEqual(data);
});
