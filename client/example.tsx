import { ApolloProvider } from '@apollo/client/react';
import { createClient } from 'carryover/client/apollo';
import { type MessageFieldsFragment, useSendMessageMutation } from 'carryover/client/hooks';
import { Transport, useReplyStream } from 'carryover/client/react';

function Reply({ message }: { message: MessageFieldsFragment }) {
  const { text, phase } = useReplyStream(message);
  return <p aria-busy={phase !== 'ended'}>{text}</p>;
}

export function Coach() {
  const [send, { data }] = useSendMessageMutation();
  const ask = (form: FormData) => void send({ variables: { input: { content: String(form.get('question')) } } });
  return (
    <form action={ask}>
      <input name="question" />
      <button type="submit">Ask</button>
      {data && <Reply message={data.sendMessage.reply} />}
    </form>
  );
}

const { client, subscribe } = createClient({ url: 'http://127.0.0.1:4000/graphql' });

export const Page = () => (
  <ApolloProvider client={client}>
    <Transport value={subscribe}>
      <Coach />
    </Transport>
  </ApolloProvider>
);
