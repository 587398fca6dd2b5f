// @vitest-environment happy-dom
import { act, StrictMode, useState, useSyncExternalStore } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Reply, ReplyEvent, ReplyMessage, Subscribe } from '../../client/index.ts';
import { Transport, useReplyStream } from '../../client/react/index.ts';

/** A server that says what it is told to, and counts who reads. */
function createServer() {
  const connections: {
    messageId: string;
    fromOffset: number;
    isOpen: boolean;
    say(event: ReplyEvent | Error): void;
  }[] = [];
  const subscribe: Subscribe = async function* (messageId, fromOffset, signal) {
    const said: (ReplyEvent | Error)[] = [];
    let wake = () => {};
    const connection = {
      ...{ messageId, fromOffset, isOpen: true },
      say(event: ReplyEvent | Error) {
        said.push(event);
        wake();
      },
    };
    connections.push(connection);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const event = said.shift();
        if (event instanceof Error) throw event;
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      connection.isOpen = false;
    }
  };
  const newest = () => {
    const connection = connections.at(-1);
    if (!connection) throw new Error('Nobody has connected.');
    return connection;
  };
  return { subscribe, connections, open: () => connections.filter(({ isOpen }) => isOpen).length, newest };
}

const delta = (offset: number, text: string): ReplyEvent => ({
  __typename: 'ReplyDelta',
  messageId: 'r',
  offset,
  text,
});
const completed = (content: string): ReplyEvent => ({
  __typename: 'ReplyCompleted',
  message: { id: 'r', status: 'COMPLETE', content },
});
const running: ReplyMessage = { id: 'r', status: 'STREAMING', content: 'Breathe ' };

let root: Root;
let page: HTMLElement;
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  page = document.createElement('main');
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

const render = (element: React.ReactNode) => act(async () => root.render(element));
/** What was said is heard, and a frame is shown. */
const frame = () => act(async () => void (await new Promise((resolve) => requestAnimationFrame(resolve))));

let renders = 0;
function Shown({ message = running, onEnd }: { message?: ReplyMessage; onEnd?: (reply: Reply) => void }) {
  const { text, phase } = useReplyStream(message, onEnd);
  renders += 1;
  return (
    <p>
      {phase}: {text}
    </p>
  );
}

test('a component shows the text as it comes, and the end once', async () => {
  const { subscribe, newest } = createServer();
  const ends: Reply[] = [];
  await render(
    <Transport value={subscribe}>
      <Shown onEnd={(reply) => ends.push(reply)} />
    </Transport>,
  );
  expect(page.textContent).toBe('connecting: Breathe ');
  expect(newest().fromOffset).toBe(8);
  newest().say(delta(8, 'in '));
  await frame();
  expect(page.textContent).toBe('streaming: Breathe in ');
  newest().say(completed('Breathe in slowly.'));
  await frame();
  expect(page.textContent).toBe('ended: Breathe in slowly.');
  expect(ends).toEqual([expect.objectContaining({ phase: 'ended', message: expect.objectContaining({ id: 'r' }) })]);
});

test('StrictMode, which mounts all twice, has one connection and hears of one end', async () => {
  const { subscribe, connections, newest, open } = createServer();
  let ends = 0;
  const onEnd = () => {
    ends += 1;
  };
  await render(
    <StrictMode>
      <Transport value={subscribe}>
        <Shown onEnd={onEnd} />
      </Transport>
    </StrictMode>,
  );
  expect([connections.length, open()]).toEqual([1, 1]);
  newest().say(completed('Breathe.'));
  await frame();
  expect(page.textContent).toBe('ended: Breathe.');
  expect([ends, connections.length, open()]).toEqual([1, 1, 0]);
});

test('many components share one connection, and a callback that all of them have is called once', async () => {
  const { subscribe, connections, newest, open } = createServer();
  let ends = 0;
  const onEnd = () => {
    ends += 1;
  };
  const many = (count: number) => (
    <Transport value={subscribe}>
      {Array.from({ length: count }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Shown key={at} onEnd={onEnd} />
      ))}
    </Transport>
  );
  await render(many(50));
  newest().say(delta(8, 'in.'));
  await frame();
  expect(page.textContent).toBe('streaming: Breathe in.'.repeat(50));
  await render(many(1));
  expect([connections.length, open()]).toEqual([1, 1]);
  await render(many(20));
  newest().say(completed('Breathe in.'));
  await frame();
  expect(page.textContent).toBe('ended: Breathe in.'.repeat(20));
  expect([connections.length, ends]).toEqual([1, 1]);
});

test('however many pieces come within a frame, it renders once', async () => {
  const { subscribe, newest } = createServer();
  await render(
    <Transport value={subscribe}>
      <Shown />
    </Transport>,
  );
  const before = renders;
  const word = 'breathe ';
  for (let piece = 0; piece < 100; piece += 1) newest().say(delta(8 + piece * word.length, word));
  await frame();
  expect(page.textContent).toBe(`streaming: Breathe ${word.repeat(100)}`);
  expect(renders - before).toBe(1);
});

test('a message that has ended is shown as it is and opens nothing', async () => {
  const { subscribe, connections } = createServer();
  for (const status of ['COMPLETE', 'CANCELLED', 'FAILED'] as const) {
    await render(
      <Transport value={subscribe}>
        <Shown message={{ id: status, status, content: 'Breathe.' }} />
      </Transport>,
    );
    expect(page.textContent).toBe('ended: Breathe.');
  }
  expect(connections).toEqual([]);
});

test('once the query says that it has ended, what is stored is shown', async () => {
  const { subscribe, newest, connections, open } = createServer();
  const show = (message: ReplyMessage) =>
    render(
      <Transport value={subscribe}>
        <Shown message={message} />
      </Transport>,
    );
  await show(running);
  newest().say(delta(8, 'in '));
  await frame();
  await show({ ...running, status: 'COMPLETE', content: 'Breathe in slowly.' });
  expect(page.textContent).toBe('ended: Breathe in slowly.');
  expect([connections.length, open()]).toEqual([1, 0]);
});

test('leaving closes the connection; coming back shows what was read, and asks for the rest', async () => {
  const { subscribe, newest, connections, open } = createServer();
  const show = (isThere: boolean) => render(<Transport value={subscribe}>{isThere && <Shown />}</Transport>);
  await show(true);
  newest().say(delta(8, 'in '));
  await frame();
  await show(false);
  expect(open()).toBe(0);
  await show(true);
  expect(page.textContent).toContain('Breathe in ');
  expect(newest().fromOffset).toBe(11);
  newest().say(completed('Breathe in slowly.'));
  await frame();
  expect(page.textContent).toBe('ended: Breathe in slowly.');
  expect(connections).toHaveLength(2);
});

test('who comes back with more than was read sees that, and asks for the rest of it', async () => {
  const { subscribe, newest } = createServer();
  const show = (message: ReplyMessage | null) =>
    render(<Transport value={subscribe}>{message && <Shown message={message} />}</Transport>);
  await show(running);
  newest().say(delta(8, 'in '));
  await frame();
  await show(null);
  await show({ ...running, content: 'Breathe in slowly' });
  expect(page.textContent).toBe('connecting: Breathe in slowly');
  expect(newest().fromOffset).toBe(17);
});

test('of the replies that were left, the latest are kept', async () => {
  const { subscribe, newest } = createServer();
  const show = (id: string) =>
    render(
      <Transport value={subscribe}>
        <Shown message={{ id, status: 'STREAMING', content: '' }} />
      </Transport>,
    );
  const ids = Array.from({ length: 22 }, (_, index) => `reply ${index}`);
  for (const id of ids) {
    await show(id);
    newest().say({ __typename: 'ReplyDelta', messageId: id, offset: 0, text: 'Breathe' });
    await frame();
  }
  await show('reply 1');
  expect(page.textContent).toBe('streaming: Breathe');
  await show('reply 0');
  expect(page.textContent).toBe('connecting: ');
});

test('a component that takes the place of another goes on with its connection', async () => {
  const { subscribe, newest, connections } = createServer();
  const show = (key: string) =>
    render(
      <Transport value={subscribe}>
        <Shown key={key} />
      </Transport>,
    );
  await show('one');
  newest().say(delta(8, 'in '));
  await show('other');
  newest().say(completed('Breathe in slowly.'));
  await frame();
  expect(page.textContent).toBe('ended: Breathe in slowly.');
  expect(connections).toHaveLength(1);
});

test('a message that a query knows to have ended before the component hears of it is an end all the same', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  const { subscribe, newest, open } = createServer();
  // As in the cache of Apollo Client, which tells React of it at once.
  const cache = { message: running, tell: () => {} };
  const watch = (tell: () => void) => {
    cache.tell = tell;
    return () => {};
  };
  const writing: Subscribe = async function* (...where) {
    for await (const event of subscribe(...where)) {
      if (event.__typename === 'ReplyCompleted') cache.message = event.message;
      cache.tell();
      yield event;
    }
  };
  const ends: Reply[] = [];
  function Page() {
    const message = useSyncExternalStore(watch, () => cache.message);
    return <Shown message={message} onEnd={(reply) => ends.push(reply)} />;
  }
  root.render(
    <Transport value={writing}>
      <Page />
    </Transport>,
  );
  await expect.poll(open).toBe(1);
  newest().say(completed('Breathe in slowly.'));
  await expect.poll(() => page.textContent).toBe('ended: Breathe in slowly.');
  await expect.poll(open).toBe(0);
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  expect(ends).toMatchObject([{ phase: 'ended', text: 'Breathe in slowly.' }]);
});

test('another message in the same component is another reply', async () => {
  const { subscribe, newest, open } = createServer();
  const show = (id: string) =>
    render(
      <Transport value={subscribe}>
        <Shown message={{ id, status: 'PENDING', content: '' }} />
      </Transport>,
    );
  await show('r');
  newest().say(delta(0, 'Breathe.'));
  await frame();
  await show('other');
  expect(page.textContent).toBe('connecting: ');
  expect([newest().messageId, open()]).toEqual(['other', 1]);
});

test('a reply that cannot be followed ends with the reason', async () => {
  const { subscribe, newest } = createServer();
  const ends: Reply[] = [];
  await render(
    <Transport value={subscribe}>
      <Shown onEnd={(reply) => ends.push(reply)} />
    </Transport>,
  );
  const error = Object.assign(new Error('No such message.'), { extensions: { code: 'NOT_FOUND' } });
  newest().say(error);
  await frame();
  expect(page.textContent).toBe('ended: Breathe ');
  expect(ends).toEqual([{ messageId: 'r', text: 'Breathe ', phase: 'ended', error }]);
});

test('a component that renders for other reasons, with another callback each time, keeps its connection and calls the last', async () => {
  const { subscribe, newest, connections } = createServer();
  const ends: number[] = [];
  let again = () => {};
  function Parent() {
    const [count, setCount] = useState(0);
    again = () => setCount(count + 1);
    return <Shown message={{ ...running }} onEnd={() => ends.push(count)} />;
  }
  await render(
    <Transport value={subscribe}>
      <Parent />
    </Transport>,
  );
  await act(async () => again());
  await act(async () => again());
  newest().say(completed('Breathe.'));
  await frame();
  expect([ends, connections.length]).toEqual([[2], 1]);
});

test('without a transport above it, it says what is missing', () => {
  expect(() => act(() => root.render(<Shown />))).toThrow('<Transport>');
});
