import { gql } from '@apollo/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDocument, addSession, createCache, hideSession } from '../../client/apollo/index.ts';

const SESSIONS = gql`
  query Sessions($first: Int, $after: String, $filter: ChatSessionFilter) {
    chatSessions(first: $first, after: $after, filter: $filter) {
      nodes { id updatedAt isActive }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const SESSION = gql`fragment Session on ChatSession { id updatedAt isActive }`;

interface Session {
  id: string;
  updatedAt: number;
  isActive: boolean;
}

const instant = (at: number) => new Date(Date.UTC(2026, 0, 1) + at).toISOString();
const cursorOf = ({ id, updatedAt }: Session) => `${updatedAt} ${id}`;
const compare = (one: string, other: string) => Number(one > other) - Number(one < other);
const newerFirst = (one: Session, other: Session) => other.updatedAt - one.updatedAt || compare(other.id, one.id);

/** A viewer's sessions on the server, and a client's cache of them. */
function sessions(count: number) {
  const cache = createCache();
  const all = Array.from({ length: count }, (_, at) => ({ id: `s${at}`, updatedAt: at, isActive: true }));
  let clock = count;
  const asNode = (session: Session) => ({
    ...{ __typename: 'ChatSession', id: session.id },
    ...{ updatedAt: instant(session.updatedAt), isActive: session.isActive },
  });
  const listed = (state = 'ACTIVE') => all.filter(({ isActive }) => isActive === (state === 'ACTIVE')).sort(newerFirst);

  /** A page as the server answers it, to be received at once or later. */
  function ask({ first = 3, after, state }: { first?: number; after?: string | null; state?: string } = {}) {
    const [at, id] = after?.split(' ') ?? [];
    const start = { id: id ?? '', updatedAt: Number(at), isActive: true };
    const behind = listed(state).filter((each) => !after || newerFirst(start, each) < 0);
    const page = behind.slice(0, first);
    const last = page.at(-1);
    const nodes = page.map(asNode);
    const pageInfo = {
      __typename: 'PageInfo',
      hasNextPage: behind.length > first,
      endCursor: last ? cursorOf(last) : null,
    };
    return () =>
      cache.writeQuery({
        query: SESSIONS,
        variables: { first, ...(after && { after }), ...(state && { filter: { state } }) },
        data: { chatSessions: { __typename: 'ChatSessionConnection', nodes, pageInfo } },
      });
  }

  const write = (session: Session) => cache.writeFragment({ fragment: SESSION, data: asNode(session) });
  return {
    ...{ cache, ask, write, listed },
    shown: (filter?: object) =>
      cache.readQuery<{ chatSessions: Shown }>({ query: SESSIONS, variables: { first: 3, ...(filter && { filter }) } })
        ?.chatSessions,
    add(): Session {
      const session = { id: `s${all.length}`, updatedAt: clock++, isActive: true };
      all.push(session);
      write(session);
      addSession(cache, session.id);
      return session;
    },
    touch(session: Session): void {
      session.updatedAt = clock++;
      write(session);
    },
    remove(session: Session): void {
      session.isActive = false;
      hideSession(cache, session.id);
    },
    restore(session: Session): void {
      session.isActive = true;
      write(session);
    },
  };
}

interface Shown {
  nodes: { id: string; updatedAt: string; isActive: boolean }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const ids = (shown: Shown | undefined | null) => shown?.nodes.map(({ id }) => id);

describe('whatever happens while its pages come, in whatever order,', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ does: fc.constant('ask the next page' as const), late: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('ask the first page' as const), late: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('ask a page of before' as const), late: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('add' as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          does: fc.constantFrom('touch' as const, 'remove' as const, 'restore' as const),
          which: fc.nat(20),
        }),
      },
    ),
    { maxLength: 30 },
  );

  test('a list of sessions is in order, has nothing twice, and shows nothing that was deleted', () => {
    fc.assert(
      fc.property(fc.nat(12), steps, (count, planned) => {
        const list = sessions(count);
        list.ask()();
        const before: string[] = [];
        const onTheirWay: { late: number; arrive: () => void }[] = [];
        for (const step of planned) {
          const { endCursor = null, hasNextPage } = list.shown()?.pageInfo ?? {};
          if (endCursor) before.push(endCursor);
          if (step.does === 'ask the first page') onTheirWay.push({ late: step.late, arrive: list.ask() });
          if (step.does === 'ask the next page' && hasNextPage)
            onTheirWay.push({ late: step.late, arrive: list.ask({ after: endCursor }) });
          const old = before[0];
          if (step.does === 'ask a page of before' && old)
            onTheirWay.push({ late: step.late, arrive: list.ask({ after: old }) });
          if (step.does === 'add') list.add();
          const active = list.listed();
          const one = 'which' in step ? active[step.which % active.length] : undefined;
          const gone = list.listed('DELETED')[0];
          if (step.does === 'touch' && one) list.touch(one);
          if (step.does === 'remove' && one) list.remove(one);
          if (step.does === 'restore' && gone) list.restore(gone);
          for (const answer of onTheirWay) if (answer.late-- === 0) answer.arrive();

          // An answer that was on its way may tell of how it was before.
          const { nodes = [] } = list.shown() ?? {};
          expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
          expect(nodes.every(({ isActive }) => isActive)).toBe(true);
          expect(nodes).toEqual([...nodes].sort((x, y) => compare(y.updatedAt, x.updatedAt) || compare(y.id, x.id)));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('while nothing is written, its pages give all that there is, each once', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.integer({ min: 1, max: 7 }), (count, first) => {
        const list = sessions(count);
        list.ask({ first })();
        for (let shown = list.shown(); shown?.pageInfo.hasNextPage; shown = list.shown()) {
          const next = list.ask({ first, after: shown.pageInfo.endCursor });
          next();
          next();
        }
        expect(ids(list.shown())).toEqual(list.listed().map(({ id }) => id));
      }),
    );
  });
});

test('a first page takes the place of all, and a later page of before does not tear a hole', () => {
  const list = sessions(9);
  list.ask()();
  list.ask({ after: '6 s6' })();
  expect(ids(list.shown())).toEqual(['s8', 's7', 's6', 's5', 's4', 's3']);
  const late = list.ask({ after: '3 s3' });
  list.ask()();
  late();
  expect(ids(list.shown())).toEqual(['s8', 's7', 's6']);
});

test('what changes moves to the top, what is deleted goes, and what is restored is where it was', () => {
  const list = sessions(4);
  list.ask({ first: 4 })();
  const [newest, second, third] = list.listed();
  if (!newest || !second || !third) throw new Error('There are four.');
  list.touch(third);
  expect(ids(list.shown())).toEqual(['s1', 's3', 's2', 's0']);
  list.remove(newest);
  expect(ids(list.shown())).toEqual(['s1', 's2', 's0']);
  list.restore(newest);
  expect(ids(list.shown())).toEqual(['s1', 's3', 's2', 's0']);
});

test('evicting what was purged is enough', () => {
  const list = sessions(3);
  list.ask()();
  list.cache.evict({ id: 'ChatSession:s1' });
  list.cache.gc();
  expect(ids(list.shown())).toEqual(['s2', 's0']);
});

test('a session that was deleted is in the list of the deleted alone', () => {
  const list = sessions(3);
  const [newest] = list.listed();
  if (!newest) throw new Error('There are three.');
  list.ask()();
  list.remove(newest);
  list.ask({ state: 'DELETED' })();
  expect(ids(list.shown({ state: 'DELETED' }))).toEqual(['s2']);
  list.restore(newest);
  expect(ids(list.shown({ state: 'DELETED' }))).toEqual([]);
  expect(ids(list.shown())).toEqual(['s2', 's1', 's0']);
});

test('a new session shows in lists that leave none out, not in those that search', () => {
  const list = sessions(2);
  list.ask()();
  for (const filter of [{ search: 'sleep' }, { tags: ['work'] }, { search: null, state: 'ACTIVE' }]) {
    const chatSessions = {
      ...{ __typename: 'ChatSessionConnection', nodes: [] },
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    };
    list.cache.writeQuery({ query: SESSIONS, variables: { first: 3, filter }, data: { chatSessions } });
  }
  list.add();
  expect(ids(list.shown())).toEqual(['s2', 's1', 's0']);
  expect(ids(list.shown({ search: 'sleep' }))).toEqual([]);
  expect(ids(list.shown({ tags: ['work'] }))).toEqual([]);
  expect(ids(list.shown({ search: null, state: 'ACTIVE' }))).toEqual(['s2']);
});

test('documents are the newest first, an added one at once', () => {
  const cache = createCache();
  const DOCUMENTS = gql`query { documents { nodes { id createdAt } } }`;
  const document = (at: number) => ({ __typename: 'Document', id: `d${at}`, createdAt: instant(at) });
  const documents = { __typename: 'DocumentConnection', nodes: [document(2), document(1)] };
  cache.writeQuery({ query: DOCUMENTS, data: { documents } });
  cache.writeFragment({ fragment: gql`fragment Added on Document { id createdAt }`, data: document(3) });
  addDocument(cache, 'd3');
  const read = cache.readQuery<{ documents: { nodes: { id: string }[] } }>({ query: DOCUMENTS });
  expect(read?.documents.nodes.map(({ id }) => id)).toEqual(['d3', 'd2', 'd1']);
});

test('a query that asks for edges pages by their cursors, and shows none of what was evicted', () => {
  const cache = createCache();
  const EDGES = gql`query ($after: String) { documents(after: $after) { edges { cursor node { id createdAt } } } }`;
  const fetch = (after: string | null, ...places: number[]) => {
    const edges = places.map((at) => ({
      ...{ __typename: 'DocumentEdge', cursor: `c${at}` },
      node: { __typename: 'Document', id: `d${at}`, createdAt: instant(at) },
    }));
    const data = { documents: { __typename: 'DocumentConnection', edges } };
    cache.writeQuery({ query: EDGES, variables: after ? { after } : {}, data });
  };
  const cursors = () =>
    cache
      .readQuery<{ documents: { edges: { cursor: string; node: { id: string } }[] } }>({ query: EDGES })
      ?.documents.edges.map(({ cursor, node }) => `${cursor} ${node.id}`);
  fetch(null, 6, 5);
  fetch('c5', 4, 3);
  fetch('c5', 4, 3);
  expect(cursors()).toEqual(['c6 d6', 'c5 d5', 'c4 d4', 'c3 d3']);
  cache.evict({ id: 'Document:d5' });
  expect(cursors()).toEqual(['c6 d6', 'c4 d4', 'c3 d3']);
});
