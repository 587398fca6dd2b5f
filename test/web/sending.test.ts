// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import { Drafts } from '../../web/src/conversation/sending/drafts.ts';
import { readEntry } from '../../web/src/conversation/sending/entry.ts';
import { type Answer, Outbox } from '../../web/src/conversation/sending/outbox.ts';
import { verdictOn } from '../../web/src/conversation/sending/verdict.ts';
import { spokenPart } from '../../web/src/conversation/thread/message/spoken-part.ts';
import { turnsOf } from '../../web/src/conversation/thread/turns.ts';
import { StoredTexts } from '../../web/src/parts/stored-texts.ts';

beforeEach(() => localStorage.clear());

/** As a page that was just loaded has them. */
function loaded(open = () => localStorage): { drafts: Drafts; outbox: Outbox } {
  const texts = new StoredTexts(open);
  const drafts = new Drafts(texts, window);
  return { drafts, outbox: new Outbox(drafts, texts, window) };
}

const entry = { sessionId: null, content: 'I cannot sleep.', documentIds: [], afterSeq: 0, waitsFor: null };
const message = {
  ...{ id: 'm1', seq: 1, cursor: '', role: 'USER', type: 'CHAT', status: 'COMPLETE', content: 'I cannot sleep.' },
  ...{ model: null, memory: 'PENDING', createdAt: '2026-11-26T09:00:00Z', endedAt: null, usage: null, error: null },
  ...{ replyTo: null, supersededBy: null, citations: [], prompt: null },
} as const satisfies Answer['message'];
const reply = { ...message, id: 'm2', seq: 2, role: 'ASSISTANT', replyTo: { id: 'm1' } } as const;
const session = {
  ...{ id: 's1', title: 'Sleep', titleIsAutomatic: true, model: 'offline', tags: [], longTermMemory: true },
  ...{ crossSessionMemory: false, messageCount: 2, isActive: true, createdAt: '', updatedAt: '', runningReply: null },
} satisfies Answer['session'];

test('what was written outlives the page, in the field or on its way, and never in both', () => {
  const before = loaded();
  before.drafts.set('new', 'I cannot sleep.');
  window.dispatchEvent(new Event('pagehide'));
  expect(loaded().drafts.get('new')).toBe('I cannot sleep.');

  const key = before.outbox.add({ ...entry, state: 'SENDING' });
  const after = loaded();
  expect(after.drafts.get('new')).toBe('');
  expect(after.outbox.entries).toMatchObject([{ key, content: 'I cannot sleep.', state: 'SENDING' }]);
  after.outbox.answer(key, { session, message, reply });
  expect(loaded().outbox.entries).toEqual([]);
});

test('a message that was refused goes back to its field, before what was written since, with the reason', () => {
  const { drafts, outbox } = loaded();
  const key = outbox.add({ ...entry, sessionId: 's1', state: 'SENDING' });
  drafts.set('s1', 'And another thing.');
  const verdict = verdictOn(refusal('BUDGET_EXCEEDED', { tokens: 6240, budgetTokens: 5000 }));
  if (verdict.kind !== 'REFUSED') throw new Error('It was not refused.');
  outbox.refuse(key, verdict.refusal);
  expect(drafts.get('s1')).toBe('I cannot sleep.\n\nAnd another thing.');
  expect(outbox.refusals.get('s1')?.title).toBe('This is too long by 1,240 tokens');
  expect(outbox.entries).toEqual([]);
  // What is sent next is another matter.
  outbox.add({ ...entry, sessionId: 's1', state: 'SENDING' });
  expect(outbox.refusals.size).toBe(0);
});

test('a message behind the one that begins a session belongs to that session, and waits for its reply', () => {
  const { outbox } = loaded();
  const first = outbox.add({ ...entry, state: 'SENDING' });
  const second = outbox.add({ ...entry, content: 'Nor eat.', state: 'QUEUED' });
  outbox.answer(first, { session, message, reply });
  expect(outbox.find(second)).toMatchObject({ sessionId: 's1', waitsFor: 'm2' });
  expect(outbox.keyOf('m1')).toBe(first);
});

test('two tabs that write at once take nothing from each other, and each hears what the other has done', () => {
  const [one, other] = [loaded(), loaded()];
  // Neither has heard of the other by then.
  const first = one.outbox.add({ ...entry, sessionId: 's1', state: 'SENDING' });
  const second = other.outbox.add({ ...entry, sessionId: 's2', content: 'Nor eat.', state: 'QUEUED' });
  const third = other.outbox.add({ ...entry, content: 'Nor work.', state: 'QUEUED' });
  hear(`outbox:${first}`, `outbox:${second}`, `outbox:${third}`);
  for (const { outbox } of [one, other, loaded()])
    expect(outbox.entries.map(({ key }) => key).sort()).toEqual([first, second, third].sort());

  one.outbox.answer(first, { session, message, reply });
  other.outbox.remove(second);
  hear(`outbox:${first}`, `outbox:${second}`);
  // What was answered stays, where it was sent, until it is shown as stored.
  expect(one.outbox.entries.map(({ key }) => key)).toEqual([first, third]);
  expect(other.outbox.entries.map(({ key }) => key)).toEqual([third]);
  expect(loaded().outbox.entries.map(({ key }) => key)).toEqual([third]);
});

test('what another tab begins is a session of its own', () => {
  const [one, other] = [loaded(), loaded()];
  const first = one.outbox.add({ ...entry, state: 'SENDING' });
  const second = other.outbox.add({ ...entry, content: 'Nor eat.', state: 'QUEUED' });
  hear(`outbox:${first}`, `outbox:${second}`);
  one.outbox.answer(first, { session, message, reply });
  expect(one.outbox.find(second)).toMatchObject({ sessionId: null, waitsFor: null });
});

test.for([
  ['forbidden', Number.NEGATIVE_INFINITY],
  ['full', 0],
] as const)('with a storage that is %s one writes and sends all the same', ([, room]) => {
  const { drafts, outbox } = loaded(() => storageOf(room));
  drafts.set('new', 'I cannot sleep.');
  window.dispatchEvent(new Event('pagehide'));
  expect(drafts.get('new')).toBe('I cannot sleep.');
  const key = outbox.add({ ...entry, state: 'SENDING' });
  expect(drafts.get('new')).toBe('');
  outbox.change(key, { state: 'UNSENT' });
  outbox.edit(key);
  expect(drafts.get('new')).toBe('I cannot sleep.');
  expect(outbox.entries).toEqual([]);
});

test('where the storage is full, the message takes the room of its draft', () => {
  const storage = storageOf(1);
  const { drafts, outbox } = loaded(() => storage);
  drafts.set('new', 'I cannot sleep.');
  window.dispatchEvent(new Event('pagehide'));
  const key = outbox.add({ ...entry, state: 'SENDING' });
  expect(Object.keys(storage)).toEqual([`outbox:${key}`]);
});

test('what another page left in the storage is taken for what it is', () => {
  expect(readEntry('no JSON')).toBe(null);
  expect(readEntry('{"key": "a"}')).toBe(null);
  expect(readEntry('[{"key": "a", "content": 7}, null]')).toBe(null);
});

test.for([
  ['a network that is away', new TypeError('Failed to fetch'), 'AWAY'],
  ['a server that is away', refusal('SERVICE_UNAVAILABLE'), 'AWAY'],
  ['a failure of the server', refusal('INTERNAL_SERVER_ERROR'), 'AWAY'],
  ['another reply', refusal('REPLY_IN_PROGRESS', { replyId: 'm7' }), 'WAIT'],
  ['a limit', refusal('LIMIT_EXCEEDED', { limit: 'messagesPerMinute', retryAfterSeconds: 40 }), 'REFUSED'],
  ['a session that is gone', refusal('NOT_FOUND'), 'REFUSED'],
] as const)('%s is told from what is wrong with a message', ([, error, kind]) => {
  expect(verdictOn(error).kind).toBe(kind);
});

test('a limit that opens again says when', () => {
  const verdict = verdictOn(refusal('LIMIT_EXCEEDED', { retryAfterSeconds: 40 }), 1_000);
  expect(verdict).toMatchObject({ refusal: { opensAt: 41_000 } });
});

test('replies stand in the turn of their question, and of several to one question all but the last are superseded', () => {
  const again = { ...reply, id: 'm3', seq: 3 };
  const next = { ...message, id: 'm4', seq: 4 };
  const [first, second] = turnsOf([message, reply, again, next], [], (id) => id);
  expect(first?.messages.map(({ key, isSuperseded }) => [key, isSuperseded])).toEqual([
    ['m1', false],
    ['m2', true],
    ['m3', false],
  ]);
  expect(second?.key).toBe('m4');
});

test('of a long reply whole sentences are read out', () => {
  const long = 'This is said. '.repeat(60);
  expect(spokenPart('Short.\n\nAnd  plain.')).toBe('Short. And plain.');
  expect(spokenPart(long).length).toBeLessThan(600);
  expect(spokenPart(long)).toMatch(/said\.$/);
});

function refusal(code: string, extensions: object = {}): object {
  return { errors: [{ message: 'It was refused.', extensions: { code, ...extensions } }] };
}

/** Tells the tabs what has become of texts, as the browser does in a moment. */
function hear(...names: string[]): void {
  for (const key of names) {
    window.dispatchEvent(new StorageEvent('storage', { key, newValue: localStorage.getItem(key) }));
  }
}

/** Of a browser that stores so many texts; fewer than none: that does not let pages ask. */
function storageOf(room: number): Storage {
  if (room < 0) throw new DOMException('The operation is insecure.', 'SecurityError');
  localStorage.clear();
  return new Proxy(localStorage, {
    get(storage, name) {
      if (name === 'setItem') return store;
      const value: unknown = Reflect.get(storage, name);
      return typeof value === 'function' ? value.bind(storage) : value;
    },
  });

  function store(key: string, text: string): void {
    if (localStorage.getItem(key) === null && localStorage.length >= room) throw new Error('It is full.');
    localStorage.setItem(key, text);
  }
}
