// The bare relay that streaming is measured against: for each socket it asks the endpoint for a stream and passes each
// delta on in the frame that graphql-transport-ws has for it, with `ws` and nothing else. No GraphQL, no database, no
// checks, no memory of what was sent. `?silent`: reads the stream and sends nothing.
import { request } from 'node:http';
import { WebSocketServer } from 'ws';

interface Chunk {
  choices: { delta: { content?: string } }[];
}

const endpoint = new URL('/v1/chat/completions', process.env.ENDPOINT_URL);
const body = JSON.stringify({ model: 'paced', stream: true, messages: [{ role: 'user', content: 'Go on.' }] });
const messageId = '00000000-0000-7000-8000-000000000000';

const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
sockets.on('connection', (socket, { url }) => {
  const isSilent = url?.includes('silent');
  let offset = 0;
  const pass = ({ choices }: Chunk) => {
    const text = choices[0]?.delta.content;
    if (!text) return;
    const replyStream = { __typename: 'ReplyDelta', messageId, offset, text };
    offset += text.length;
    if (!isSilent) socket.send(JSON.stringify({ id: '1', type: 'next', payload: { data: { replyStream } } }));
  };
  const asking = request(endpoint, { method: 'POST', agent: false }, (response) => {
    socket.send('{"type":"ready"}');
    let rest = '';
    response.setEncoding('utf8').on('data', (data: string) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: {')) pass(JSON.parse(line.slice('data: '.length)));
    });
    response.on('end', () => socket.close());
  });
  asking.end(body);
});
sockets.on('listening', () => {
  const address = sockets.address();
  if (typeof address === 'object') console.log(JSON.stringify({ msg: 'listening', port: address?.port }));
});
