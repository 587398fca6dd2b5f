import { Window } from 'happy-dom';
import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MessageFieldsFragment } from '../../client/generated/graphql.ts';
import type { Subscribe } from '../../client/index.ts';
import { Transport } from '../../client/react/index.ts';
import { useFollowedReply } from '../../web/src/conversation/thread/message/use-followed-reply.ts';
import { ActionsContext } from '../../web/src/conversation/thread/use-actions.ts';

let page: Window;
beforeEach(() => {
  vi.useFakeTimers();
  page = new Window();
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', page.document);
  vi.stubGlobal('requestAnimationFrame', (show: () => void) => setTimeout(show));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
});
afterEach(async () => {
  vi.useRealTimers();
  await page.happyDOM.close();
  vi.unstubAllGlobals();
});

const message: MessageFieldsFragment = {
  ...{ __typename: 'ChatMessage', id: 'm', seq: 2, cursor: 'c', role: 'ASSISTANT', type: 'CHAT', content: '' },
  ...{ status: 'STREAMING', model: null, memory: 'PENDING', createdAt: '2026-01-01T00:00:00Z', endedAt: null },
  ...{ usage: null, error: null, supersededBy: null, replyTo: null, citations: [] },
};

test.each([
  ['a reply that a query still calls running after its end is asked for again', 'STREAMING', 1],
  ['one that the query knows to have ended is not', 'COMPLETE', 0],
] as const)('%s', async (_, then, times) => {
  const { createRoot } = await import('react-dom/client');
  const refresh = vi.fn();
  const nothing = () => {};
  const actions = {
    sessionId: 's',
    explain: nothing,
    copy: nothing,
    retry: nothing,
    forget: nothing,
    editQuestion: nothing,
    refresh,
  };
  const subscribe: Subscribe = async function* () {
    yield { __typename: 'ReplyCompleted', message: { id: 'm', status: 'COMPLETE', content: 'Breathe.' } };
  };
  const Shown = ({ status }: Pick<MessageFieldsFragment, 'status'>) => useFollowedReply({ ...message, status }).text;
  const root = createRoot(document.body);
  const show = (status: MessageFieldsFragment['status']) =>
    act(async () =>
      root.render(
        <ActionsContext value={actions}>
          <Transport value={subscribe}>
            <Shown status={status} />
          </Transport>
        </ActionsContext>,
      ),
    );
  await show('STREAMING');
  await show(then);
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  expect(refresh).toHaveBeenCalledTimes(times);
  await act(async () => root.unmount());
});
