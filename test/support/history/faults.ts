import fc from 'fast-check';
import {
  type Answer,
  digestOf,
  type FinalState,
  type HistoryRecord,
  type SeenMessage,
  type StoredMessage,
} from '../history.ts';
import { isTerminal } from './evidence.ts';
import type { Imagined } from './imagined.ts';

type Ok<Name extends Answer['name']> = { op: number; at: number; answer: Extract<Answer, { name: Name }> };

/** A history, and where it can be falsified. */
export class Falsified {
  readonly records: HistoryRecord[];
  readonly final: FinalState;
  readonly #pick: number;

  constructor({ records, final }: Imagined, pick: number) {
    this.records = structuredClone(records);
    this.final = structuredClone(final);
    this.#pick = pick;
  }

  /** One of them; none: this history has no place for the fault. */
  one<T>(list: T[]): T {
    fc.pre(list.length > 0);
    const chosen = list[this.#pick % list.length];
    if (chosen === undefined) throw new Error('A list with holes.');
    return chosen;
  }

  answers<Name extends Answer['name']>(name: Name): Ok<Name>[] {
    return this.records.flatMap((record) =>
      record.event === 'ended' && record.outcome === 'ok' && isNamed(record.answer, name)
        ? [{ op: record.op, at: record.at, answer: record.answer }]
        : [],
    );
  }

  /** What was acknowledged in sessions that nobody asked to remove for good. */
  kept(): Ok<'send'>[] {
    const removed = this.records.flatMap((record) =>
      record.event === 'started' && record.call.name === 'remove' && record.call.isPermanent
        ? [record.call.sessionId]
        : [],
    );
    return this.answers('send').filter(({ answer }) => !removed.includes(answer.sessionId));
  }

  startOf(op: number): number {
    return this.records.find((record) => record.event === 'started' && record.op === op)?.at ?? 0;
  }

  call(op: number) {
    const started = this.records.find((record) => record.event === 'started' && record.op === op);
    if (started?.event !== 'started') throw new Error(`No operation ${op}.`);
    return started;
  }

  stored(isWanted: (message: StoredMessage) => boolean = () => true): StoredMessage {
    return this.one(this.final.sessions.flatMap(({ messages }) => messages.filter(isWanted)));
  }

  sessionOf(messageId: string) {
    return this.one(this.final.sessions.filter(({ messages }) => messages.some(({ id }) => id === messageId)));
  }

  deltas() {
    return this.records.flatMap((record) => (record.event === 'delta' ? [record] : []));
  }

  terminals() {
    return this.records.flatMap((record) => (record.event === 'terminal' ? [record] : []));
  }

  /** Pages that were asked for after somebody had been told something, with the messages they tell of. */
  pages(isWanted: (message: SeenMessage, from: number) => boolean) {
    return this.answers('read').flatMap(({ op, answer }) =>
      (answer.messages ?? []).flatMap((message) =>
        isWanted(message, this.startOf(op)) ? [{ op, answer, message, page: answer.messages ?? [] }] : [],
      ),
    );
  }

  /** Adds an operation that came after all others. */
  later(call: Extract<HistoryRecord, { event: 'started' }>['call'], answer: Answer, viewer = 'v0'): void {
    const op = this.records.length + 1;
    const stamp = { at: this.records.length + 1, ms: 0 };
    const end = this.records.pop();
    this.records.push({
      event: 'started',
      ...stamp,
      at: stamp.at - 1,
      op,
      viewer,
      client: viewer,
      process: 'p0',
      call,
    });
    this.records.push({ event: 'ended', ...stamp, op, outcome: 'ok', answer });
    if (end) this.records.push({ ...end, at: stamp.at + 1 });
  }
}

const isNamed = <Name extends Answer['name']>(answer: Answer, name: Name): answer is Extract<Answer, { name: Name }> =>
  answer.name === name;

const isReply = ({ role }: { role: string }) => role === 'ASSISTANT';
const isUser = ({ role }: { role: string }) => role === 'USER';
/** What may go wrong, the rule that must find it, and how a history of correct servers is made to have it. */
export const faults: [name: string, rule: string, commit: (history: Falsified) => void][] = [
  [
    'an acknowledged message is lost',
    'Loss',
    (history) => {
      const { message } = history.one(history.kept()).answer;
      const session = history.sessionOf(message.id);
      session.messages = session.messages.filter(({ id }) => id !== message.id);
    },
  ],
  [
    'a session with acknowledged messages is lost',
    'Loss',
    (history) => {
      const { sessionId } = history.one(history.kept()).answer;
      history.final.sessions = history.final.sessions.filter(({ id }) => id !== sessionId);
    },
  ],
  [
    'an acknowledged message is stored with another text',
    'Loss',
    (history) => {
      const ids = new Set(history.answers('send').map(({ answer }) => answer.message.id));
      history.stored(({ id }) => ids.has(id)).text += '!';
    },
  ],
  [
    'a message is stored twice',
    'Duplication',
    (history) => {
      const { messages } = history.sessionOf(history.stored(isUser).id);
      const message = history.one(messages.filter(isUser));
      messages.push({ ...message, id: 'another', seq: messages.length + 1 });
    },
  ],
  [
    'two messages have one id',
    'Duplication',
    (history) => {
      const { messages } = history.sessionOf(history.stored().id);
      messages.push({ ...history.one(messages), seq: messages.length + 1 });
    },
  ],
  [
    'a retry is done again',
    'Duplication',
    (history) => {
      const isRetry = ({ op }: Ok<'send'>) =>
        history.answers('send').some((other) => other.op < op && keyOf(history, other.op) === keyOf(history, op));
      const first = history.one(history.answers('send'));
      if (!history.answers('send').some(isRetry))
        history.later(history.call(first.op).call, structuredClone(first.answer), history.call(first.op).viewer);
      history.one(history.answers('send').filter(isRetry)).answer.message.id = 'another';
    },
  ],
  [
    'a refused message is stored',
    'Duplication',
    (history) => {
      const attempts = history.records.flatMap((record) => {
        const end = history.records.find(
          (other) => other.event === 'ended' && 'op' in record && other.op === record.op,
        );
        if (record.event !== 'started' || record.call.name !== 'send' || end?.event !== 'ended') return [];
        return [{ call: record.call, isRefused: end.outcome === 'failed' }];
      });
      const others = new Set(attempts.filter(({ isRefused }) => !isRefused).map(({ call }) => call.key));
      const refused = history.one(attempts.filter(({ isRefused, call }) => isRefused && !others.has(call.key)));
      const { messages } = history.one(history.final.sessions.filter(({ messages }) => messages.some(isUser)));
      const message = history.one(messages.filter(isUser));
      const count = /\d+/.exec(String(refused.call.answer));
      messages.push({ ...message, id: 'another', text: `Message ${count}.`, seq: messages.length + 1 });
    },
  ],
  [
    'a message comes from nowhere',
    'Duplication',
    (history) => {
      const { messages } = history.sessionOf(history.stored(isUser).id);
      const message = history.one(messages.filter(isUser));
      messages.push({ ...message, id: 'another', text: 'What nobody said.', seq: messages.length + 1 });
    },
  ],
  [
    'a place is left out',
    'Order',
    (history) => {
      history.one(history.sessionOf(history.stored().id).messages).seq += 1;
    },
  ],
  [
    'messages change their places',
    'Order',
    (history) => {
      // Everywhere, so that only the order in which they were sent and acknowledged tells.
      const sends = history.answers('send');
      const pairs = sends.flatMap((first) =>
        sends.flatMap((second) => {
          const isAfter =
            firstStart(history, second.op) > first.at && first.answer.message.id !== second.answer.message.id;
          return isAfter && first.answer.sessionId === second.answer.sessionId ? [[first.answer, second.answer]] : [];
        }),
      );
      const [first, second] = history.one(pairs);
      if (!first || !second) return;
      const places = new Map([
        [first.message.id, second.message.seq],
        [first.reply.id, second.reply.seq],
        [second.message.id, first.message.seq],
        [second.reply.id, first.reply.seq],
      ]);
      const move = (message: { id: string; seq: number }) => {
        message.seq = places.get(message.id) ?? message.seq;
      };
      for (const { answer } of sends) for (const message of [answer.message, answer.reply]) move(message);
      for (const { answer } of history.answers('read')) {
        answer.messages?.forEach(move);
        answer.messages?.sort((one, other) => one.seq - other.seq);
      }
      for (const { messages } of history.final.sessions) {
        messages.forEach(move);
        messages.sort((one, other) => one.seq - other.seq);
      }
    },
  ],
  [
    'the count of messages is wrong',
    'Order',
    (history) => {
      history.sessionOf(history.stored().id).messageCount += 1;
    },
  ],
  [
    'a page lacks what its viewer sent before',
    'Read',
    (history) => {
      const told = history.answers('send');
      const known = history.pages(({ id }, from) => told.some(({ at, answer }) => at < from && answer.reply.id === id));
      const { answer, page } = history.one(
        known.filter(({ page, message, answer }) => page.at(-1) === message && !answer.hasMore),
      );
      answer.messages = page.slice(0, -1);
    },
  ],
  [
    'a page has a hole',
    'Read',
    (history) => {
      const { answer, page } = history.one(history.pages((_, from) => from > 0).filter(({ page }) => page.length > 2));
      answer.messages = page.filter((_, at) => at !== 1);
    },
  ],
  [
    'a session of which its viewer was told is not found',
    'Read',
    (history) => {
      const told = history.kept();
      const isTold = ({ id }: SeenMessage, from: number) =>
        told.some(({ at, answer }) => at < from && answer.message.id === id);
      history.one(history.pages(isTold)).answer.messages = null;
    },
  ],
  [
    'a page shows a message with another text',
    'Read',
    (history) => {
      const ids = new Set(history.final.sessions.flatMap(({ messages }) => messages.map(({ id }) => id)));
      history.one(history.pages(({ role, id }) => role === 'USER' && ids.has(id))).message.digest =
        digestOf('Another.');
    },
  ],
  [
    'a session that was removed for good is still there',
    'Deletion',
    (history) => {
      const { op } = history.one(history.answers('remove').filter(({ op }) => isPermanent(history, op)));
      const { call, viewer } = history.call(op);
      if (call.name !== 'remove') return;
      history.final.sessions.push({ id: call.sessionId, viewer, isActive: false, messageCount: 0, messages: [] });
    },
  ],
  [
    'a session that was removed for good is read',
    'Deletion',
    (history) => {
      const { op } = history.one(history.answers('remove').filter(({ op }) => isPermanent(history, op)));
      const { call, viewer } = history.call(op);
      if (call.name !== 'remove') return;
      const { sessionId } = call;
      history.later({ name: 'read', sessionId, afterSeq: 0 }, { name: 'read', messages: [], hasMore: false }, viewer);
    },
  ],
  [
    'what was removed is found',
    'Deletion',
    (history) => {
      const removed = new Set(history.answers('remove').map(({ op }) => sessionOfCall(history, op)));
      const { answer, op } = history.one(history.answers('send').filter(({ answer }) => removed.has(answer.sessionId)));
      const found = { name: 'search', messageIds: [answer.message.id] } as const;
      history.later({ name: 'search' }, { ...found, messageIds: [...found.messageIds] }, history.call(op).viewer);
    },
  ],
  [
    'what was forgotten is found',
    'Deletion',
    (history) => {
      const { op } = history.one(history.answers('forget'));
      const { call, viewer } = history.call(op);
      if (call.name !== 'forget') return;
      history.later({ name: 'search' }, { name: 'search', messageIds: [call.messageId] }, viewer);
    },
  ],
  [
    'what was forgotten is kept in memory',
    'Deletion',
    (history) => {
      const forgotten = new Set(history.answers('forget').map(({ op }) => messageOfCall(history, op)));
      const message = history.stored(({ id }) => forgotten.has(id));
      message.chunks = [{ position: 0, text: message.text, isEmbedded: true }];
    },
  ],
  [
    "another viewer's session is read",
    'Ownership',
    (history) => {
      const ids = new Set(history.kept().map(({ answer }) => answer.message.id));
      const { op } = history.one(history.pages(({ id }) => ids.has(id)));
      history.call(op).viewer = 'a stranger';
    },
  ],
  [
    "another viewer's message is found",
    'Ownership',
    (history) => {
      const { answer } = history.one(history.answers('send'));
      history.later({ name: 'search' }, { name: 'search', messageIds: [answer.message.id] }, 'a stranger');
    },
  ],
  [
    'a reply never ends',
    'Ending',
    (history) => {
      history.stored(isReply).status = 'STREAMING';
    },
  ],
  [
    'a reply is stored with another end than its reader was told',
    'Ending',
    (history) => {
      const ended = new Map(history.terminals().map(({ op }) => [replyOfCall(history, op), true]));
      const reply = history.stored(({ id }) => ended.has(id));
      reply.status = reply.status === 'COMPLETE' ? 'CANCELLED' : 'COMPLETE';
    },
  ],
  [
    'two readers are told different ends',
    'Ending',
    (history) => {
      const known = new Set(history.final.sessions.flatMap(({ messages }) => messages.map(({ id }) => id)));
      const event = history.one(history.terminals().filter(({ op }) => known.has(replyOfCall(history, op) ?? '')));
      event.status = event.status === 'FAILED' ? 'COMPLETE' : 'FAILED';
    },
  ],
  [
    'a reply that had ended runs again',
    'Ending',
    (history) => {
      const ends = history.terminals();
      const isOver = (id: string, from: number) =>
        ends.some(({ op, at }) => at < from && replyOfCall(history, op) === id);
      history.one(history.pages(({ id }, from) => isOver(id, from))).message.status = 'STREAMING';
    },
  ],
  [
    'a reply that had ended stands in the way',
    'Ending',
    (history) => {
      const event = history.one(history.terminals());
      const replyId = replyOfCall(history, event.op) ?? '';
      const starts = new Map(history.records.map((record) => ['op' in record ? record.op : 0, 0]));
      for (const op of starts.keys()) starts.set(op, history.startOf(op));
      const refused = history.one(
        history.records.filter(
          (record) =>
            record.event === 'ended' && record.outcome === 'failed' && (starts.get(record.op) ?? 0) > event.at,
        ),
      );
      Object.assign(refused, { replyId });
    },
  ],
  [
    'a page shows a reply that ended with another text',
    'Ending',
    (history) => {
      const known = new Set(history.final.sessions.flatMap(({ messages }) => messages.map(({ id }) => id)));
      const isSeen = ({ id, role, status }: SeenMessage) => role === 'ASSISTANT' && isTerminal(status) && known.has(id);
      history.one(history.pages(isSeen)).message.digest = digestOf('Another.');
    },
  ],
  [
    'two replies run in one session',
    'Running',
    (history) => {
      const sends = history.answers('send');
      const pairs = sends.flatMap(({ answer, at }) =>
        history
          .pages(({ id }, from) =>
            sends.some(
              ({ answer: { sessionId, reply } }) =>
                reply.id === id && sessionId === answer.sessionId && reply.seq < answer.reply.seq && from > at,
            ),
          )
          .map(({ message }) => message),
      );
      history.one(pairs).status = 'STREAMING';
    },
  ],
  [
    'a delta is lost',
    'Stream',
    (history) => {
      const deltas = history.deltas();
      const { at } = history.one(
        deltas.filter(({ op, at }) => deltas.some((other) => other.op === op && other.at > at)),
      );
      history.records.splice(
        history.records.findIndex((record) => record.at === at),
        1,
      );
    },
  ],
  [
    'the last delta is lost',
    'Stream',
    (history) => {
      const known = new Map(
        history.final.sessions.flatMap(({ messages }) => messages.map(({ id, errorCode }) => [id, errorCode])),
      );
      const whole = history.terminals().filter(({ op }) => known.get(replyOfCall(history, op) ?? '') === null);
      const last = whole.flatMap(({ op }) =>
        history
          .deltas()
          .filter((delta) => delta.op === op)
          .slice(-1),
      );
      const { at } = history.one(last);
      history.records.splice(
        history.records.findIndex((record) => record.at === at),
        1,
      );
    },
  ],
  [
    'a delta comes twice',
    'Stream',
    (history) => {
      const delta = history.one(history.deltas());
      history.records.splice(history.records.indexOf(delta) + 1, 0, { ...delta, at: delta.at + 0.5 });
    },
  ],
  [
    'a reader is told another text',
    'Stream',
    (history) => {
      const lengths = new Map(
        history.final.sessions.flatMap(({ messages }) => messages.map(({ id, text }) => [id, text.length])),
      );
      const isStored = ({ op, offset }: { op: number; offset: number }) =>
        offset < (lengths.get(replyOfCall(history, op) ?? '') ?? 0);
      const delta = history.one(history.deltas().filter(isStored));
      delta.text = `#${delta.text.slice(1)}`;
    },
  ],
  [
    'a reader is told the end twice',
    'Stream',
    (history) => {
      const event = history.one(history.terminals());
      history.records.splice(history.records.indexOf(event) + 1, 0, { ...event, at: event.at + 0.5 });
    },
  ],
  [
    'a reader is told of no end',
    'Stream',
    (history) => {
      history.records.splice(history.records.indexOf(history.one(history.terminals())), 1);
    },
  ],
  [
    'the end that a reader is told has another text',
    'Stream',
    (history) => {
      const known = new Set(history.final.sessions.flatMap(({ messages }) => messages.map(({ id }) => id)));
      history.one(history.terminals().filter(({ op }) => known.has(replyOfCall(history, op) ?? ''))).text += '!';
    },
  ],
  [
    'a reply is stored with a piece of it doubled',
    'Text',
    (history) => {
      const ids = new Set(history.answers('send').map(({ answer }) => answer.reply.id));
      const reply = history.stored(({ id, text }) => ids.has(id) && text.length > 3);
      reply.text = reply.text.slice(0, 3) + reply.text;
    },
  ],
  [
    'a complete reply lacks its end',
    'Text',
    (history) => {
      const ids = new Set(history.answers('send').map(({ answer }) => answer.reply.id));
      const reply = history.stored(({ id, status }) => ids.has(id) && status === 'COMPLETE');
      reply.text = reply.text.slice(0, -1);
    },
  ],
  [
    'a reader is told what the model did not say',
    'Text',
    (history) => {
      const ids = new Set(history.answers('send').map(({ answer }) => answer.reply.id));
      const delta = history.one(history.deltas().filter(({ op }) => ids.has(replyOfCall(history, op) ?? '')));
      delta.text = `#${delta.text.slice(1)}`;
    },
  ],
  ['a job is left', 'Memory', ({ final }) => void Object.assign(final, { jobs: 1 })],
  ['a piece of a reply is left', 'Memory', ({ final }) => void Object.assign(final, { parts: 1 })],
  [
    'a chunk is doubled',
    'Memory',
    (history) => {
      const { chunks } = remembered(history);
      chunks.push({ ...history.one(chunks) });
    },
  ],
  ['a chunk is missing', 'Memory', (history) => void remembered(history).chunks.pop()],
  [
    'a chunk has another text',
    'Memory',
    (history) => {
      history.one(remembered(history).chunks).text += '!';
    },
  ],
  [
    'a chunk is not embedded',
    'Memory',
    (history) => {
      history.one(remembered(history).chunks).isEmbedded = false;
    },
  ],
  [
    'what failed is in memory',
    'Memory',
    (history) => {
      const active = history.final.sessions.filter(({ isActive }) => isActive).flatMap(({ messages }) => messages);
      const message = history.one(active.filter(({ status }) => status === 'FAILED'));
      message.chunks = [{ position: 0, text: message.text, isEmbedded: true }];
    },
  ],
  [
    'an operation is answered twice',
    'Record',
    (history) => {
      const { at } = history.one(history.answers('send'));
      const record = history.records.find((each) => each.at === at);
      if (record) history.records.splice(history.records.indexOf(record) + 1, 0, { ...record, at: at + 0.5 });
    },
  ],
];

function remembered(history: Falsified): StoredMessage {
  const active = history.final.sessions.filter(({ isActive }) => isActive).flatMap(({ messages }) => messages);
  return history.one(active.filter(({ chunks }) => chunks.length > 0));
}

const keyOf = (history: Falsified, op: number): string | null => {
  const { call } = history.call(op);
  return call.name === 'send' ? call.key : null;
};

const sessionOfCall = (history: Falsified, op: number): string | null => {
  const { call } = history.call(op);
  return 'sessionId' in call ? call.sessionId : null;
};

const messageOfCall = (history: Falsified, op: number): string | null => {
  const { call } = history.call(op);
  return call.name === 'forget' ? call.messageId : null;
};

const replyOfCall = (history: Falsified, op: number): string | null => {
  const { call } = history.call(op);
  return call.name === 'follow' ? call.replyId : null;
};

const isPermanent = (history: Falsified, op: number): boolean => {
  const { call } = history.call(op);
  return call.name === 'remove' && call.isPermanent;
};

/** Of the first attempt with the key of this one. */
function firstStart(history: Falsified, op: number): number {
  const key = keyOf(history, op);
  const attempts = history.records.filter(
    (each) => each.event === 'started' && each.call.name === 'send' && each.call.key === key,
  );
  return attempts[0]?.at ?? 0;
}
