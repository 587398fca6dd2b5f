export interface ExplorerTab {
  query: string;
  /** JSON. */
  variables?: string;
}

/**
 * What the explorer opens with: a conversation, step by step. A tab is named after its operation; its lines are as short as the
 * editor is narrow. The first one has no variables, because GraphiQL would not show them.
 */
export const explorerTabs: readonly ExplorerTab[] = [
  tab(`# 1 · Say something: press play, or Ctrl-Enter.
# The answer comes when your message is stored;
# the reply is written meanwhile. Take reply.id
# to the next tab, session.id to those after it.
mutation SendMessage {
  sendMessage(
    input: {
      content: "I work late and sleep badly."
      newSession: {}
    }
  ) {
    session {
      id
      title
    }
    reply {
      id
      status
    }
  }
}`),
  tab(
    `# 2 · Follow the reply as it is written. Who comes
# late gets what is there at once, then the rest
# as it comes; after a broken line, come back with
# fromOffset = the length of the text you hold.
# It ends with the whole message.
subscription FollowReply(
  $replyId: ID!
  $fromOffset: Int! = 0
) {
  replyStream(
    messageId: $replyId
    fromOffset: $fromOffset
  ) {
    ... on ReplyDelta {
      offset
      text
    }
    ... on ReplyCompleted {
      message {
        status
        content
      }
    }
    ... on ReplyCancelled {
      message {
        status
        content
      }
    }
    ... on ReplyFailed {
      message {
        status
        error {
          code
          message
          retryable
        }
      }
    }
  }
}`,
    { replyId: 'reply.id of tab 1' },
  ),
  tab(
    `# 3 · Go on in the same session. With wait: true
# the answer comes when the reply has ended.
# However often it is sent, one idempotencyKey is
# one message: use another for the next.
mutation GoOn(
  $sessionId: ID!
  $content: String!
  $key: String
) {
  sendMessage(
    input: {
      sessionId: $sessionId
      content: $content
      idempotencyKey: $key
      wait: true
    }
  ) {
    reply {
      id
      status
      content
    }
  }
}`,
    { sessionId: 'session.id of tab 1', content: 'What did I say about my sleep?', key: 'a first key' },
  ),
  tab(
    `# 4 · What a reply was based on: all that was sent
# to the model, section by section, and why each
# piece was kept, shortened or left out.
query WhyThisReply($replyId: ID!) {
  chatMessage(id: $replyId) {
    prompt {
      usedTokens
      budgetTokens
      notes
      sections {
        kind
        tokens
        wantedTokens
        items {
          decision
          reason
          score
          tokens
          excerpt
        }
      }
      messages {
        role
        content
      }
    }
    citations {
      marker
      excerpt
    }
  }
}`,
    { replyId: 'reply.id of tab 3' },
  ),
  tab(
    `# 5 · What memory finds, in every session whose
# long-term memory is on.
query SearchMemory($query: String!) {
  searchMemory(input: { query: $query, first: 5 }) {
    score
    excerpt
    message {
      role
      createdAt
      session {
        id
        title
      }
    }
  }
}`,
    { query: 'How do I sleep?' },
  ),
  tab(
    `# 6 · Your sessions, the one used last first, each
# with its last two messages. For the next page,
# give endCursor as after.
query Sessions($first: Int! = 10, $after: String) {
  chatSessions(first: $first, after: $after) {
    nodes {
      id
      title
      messageCount
      longTermMemory
      crossSessionMemory
      memory {
        indexed
        pending
        failed
      }
      messages(last: 2) {
        nodes {
          seq
          role
          content
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
    { first: 10 },
  ),
  tab(
    `# 7 · Long-term memory, on or off. Off is off:
# nothing is recalled, nothing is recorded.
# crossSession lets this session and others that
# have it too recall each other.
mutation SwitchMemory(
  $sessionId: ID!
  $enabled: Boolean
  $crossSession: Boolean
) {
  setLongTermMemory(
    input: {
      sessionId: $sessionId
      enabled: $enabled
      crossSession: $crossSession
    }
  ) {
    session {
      longTermMemory
      crossSessionMemory
    }
  }
}`,
    { sessionId: 'session.id of tab 1', crossSession: true },
  ),
  tab(
    `# 8 · A report on the session, each sentence with
# its source. It is written like a reply: follow
# report.id in tab 2, or wait for it as here.
mutation Report($sessionId: ID!, $focus: String) {
  generateReport(
    input: {
      sessionId: $sessionId
      focus: $focus
      wait: true
    }
  ) {
    report {
      id
      status
      content
    }
  }
}`,
    { sessionId: 'session.id of tab 1', focus: 'my sleep' },
  ),
];

function tab(query: string, variables?: object): ExplorerTab {
  return { query, ...(variables && { variables: JSON.stringify(variables, null, 2) }) };
}
