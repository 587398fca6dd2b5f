import { describe, expect, test } from 'vitest';
import { startHttpApp, transports } from '../support/http-app.ts';

const nested = (levels: number) => `{ ${'person { '.repeat(levels - 1)}name${' }'.repeat(levels)}`;
const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: viewerId`).join(' ')} }`;

describe.each(transports)('over %s', (transport) => {
  test('an operation is answered for the viewer of the token', async () => {
    const app = await startHttpApp();
    expect(await app.ask(transport, { query: '{ viewerId }' })).toEqual({ data: { viewerId: 'alice' } });
  });

  test('what a client may be told reaches it as it is', async () => {
    const app = await startHttpApp();
    const { errors } = await app.ask(transport, { query: '{ nothing }' });
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'No such thing.',
        path: ['nothing'],
        extensions: { code: 'NOT_FOUND', hint: 'look elsewhere' },
      }),
    ]);
    expect(app.lines).toEqual([]);
  });

  test('a bug is masked, and logged once with the request id that the client gets', async () => {
    const app = await startHttpApp();
    const { errors = [] } = await app.ask(transport, { query: '{ broken }' });
    const requestId = errors[0]?.extensions.requestId;
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      message: `Something went wrong here. Request ${requestId}.`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(app.lines).toEqual([
      { level: 'error', message: 'unexpected error', details: expect.objectContaining({ requestId }) },
    ]);
    expect(app.lines[0]?.details.err).toMatchObject({
      name: expect.any(String),
      at: expect.arrayContaining([expect.any(String)]),
    });
    // What it quotes may be somebody's words: where it happened is enough to find it.
    expect(JSON.stringify(app.lines)).not.toContain('a secret of the server');
  });

  test('a full disk is SERVICE_UNAVAILABLE, in plain words, and logged once', async () => {
    const app = await startHttpApp();
    const { errors } = await app.ask(transport, { query: '{ full }' });
    expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'SERVICE_UNAVAILABLE' } })]);
    expect(JSON.stringify(errors)).not.toMatch(/disk|SQLITE/);
    expect(app.lines).toHaveLength(1);
    expect(app.lines[0]?.details).toMatchObject({ requestId: expect.any(String), err: { code: 'SQLITE_FULL' } });
  });

  test.each([
    ['13 levels', nested(13), 'QUERY_TOO_COMPLEX'],
    ['31 aliases', aliases(31), 'QUERY_TOO_COMPLEX'],
    ['2,001 words', `{ ${'viewerId '.repeat(1_999)}}`, 'GRAPHQL_PARSE_FAILED'],
    [
      'a cost over 5,000',
      '{ people(first: 100) { nodes { friends(first: 100) { nodes { name } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
    ['what does not parse', '{ viewerId', 'GRAPHQL_PARSE_FAILED'],
    ['what is not in the schema', '{ viewerName }', 'GRAPHQL_VALIDATION_FAILED'],
    ['introspection, with login', '{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s: refused', async (_what, query, code) => {
    const app = await startHttpApp();
    const { data, errors = [] } = await app.ask(transport, { query });
    expect(data ?? null).toBeNull();
    expect(errors[0]?.extensions).toEqual({ code });
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
    expect(app.lines).toEqual([]);
  });

  test.each([
    ['12 levels', nested(12)],
    ['30 aliases', aliases(30)],
  ])('%s: taken', async (_what, query) => {
    const app = await startHttpApp();
    const { errors = [] } = await app.ask(transport, { query });
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain('QUERY_TOO_COMPLEX');
  });

  test('a document that passed once is weighed again with other variables', async () => {
    const app = await startHttpApp();
    const query = 'query($n: Int!) { people(first: $n) { nodes { friends(first: $n) { nodes { broken: name } } } } }';
    const codes = [];
    for (const n of [1, 100]) {
      const { errors = [] } = await app.ask(transport, { query, variables: { n } });
      codes.push(errors[0]?.extensions.code);
    }
    expect(codes[0]).not.toBe('QUERY_TOO_COMPLEX');
    expect(codes[1]).toBe('QUERY_TOO_COMPLEX');
  });

  test('variables that do not fit are BAD_USER_INPUT', async () => {
    const app = await startHttpApp();
    const query = 'query($text: String!) { lengthOf(text: $text) }';
    const { errors } = await app.ask(transport, { query, variables: { text: 7 } });
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(app.lines).toEqual([]);
  });

  test('the longest message fits, every character of it escaped', async () => {
    const app = await startHttpApp();
    const text = '\u0001'.repeat(32_000);
    const instructions = '\u0001'.repeat(8_000);
    const query =
      'query($text: String!, $instructions: String!) { text: lengthOf(text: $text) more: lengthOf(text: $instructions) }';
    const answer = await app.ask(transport, { query, variables: { text, instructions } });
    expect(answer.data).toEqual({ text: 32_000, more: 8_000 });
  });

  test('without login, introspection is answered', async () => {
    const app = await startHttpApp({ AUTH_JWT_SECRET: '' });
    const { data } = await app.ask(transport, { query: '{ viewerId __schema { queryType { name } } }' });
    expect(data).toEqual({ viewerId: 'local', __schema: { queryType: { name: 'Query' } } });
  });
});
