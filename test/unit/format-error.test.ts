import { GraphQLError } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { AppError } from '../../src/errors.ts';
import { formatGraphQLError } from '../../src/graphql/format-error.ts';
import { recordingLog } from '../support/recording-log.ts';
import { forbidWriting } from '../support/refuse.ts';
import { openTestOrm } from '../support/test-database.ts';

function formatted(error: unknown) {
  const { log, lines } = recordingLog();
  return { ...formatGraphQLError(error, { requestId: 'r-1', log }), lines };
}

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => null,
    (error: unknown) => error,
  );
}

async function emptyDatabase() {
  const { orm, close } = await openTestOrm();
  onTestFinished(close);
  return forkEm(orm);
}

test('an error of ours is found within whatever libraries wrapped around it', () => {
  const ours = new AppError('CONFLICT', 'This key was used for something else.', { key: 'k' });
  const wrapped = new GraphQLError('outer', { originalError: new GraphQLError('inner', { originalError: ours }) });
  for (const error of [ours, wrapped]) {
    const { message, extensions, lines } = formatted(error);
    expect({ message, extensions }).toEqual({ message: ours.message, extensions: { code: 'CONFLICT', key: 'k' } });
    expect(lines).toEqual([]);
  }
});

test('why a service is unavailable goes to the log, and not to the client', () => {
  const cause = new Error('connect ECONNREFUSED keys.internal');
  const { lines, ...told } = formatted(new AppError('SERVICE_UNAVAILABLE', 'Try again later.', {}, { cause }));
  expect(told).toEqual({ message: 'Try again later.', extensions: { code: 'SERVICE_UNAVAILABLE' } });
  expect(lines).toEqual([
    {
      level: 'error',
      message: 'Try again later.',
      details: { err: expect.objectContaining({ name: 'Error' }), requestId: 'r-1', path: undefined },
    },
  ]);
});

test('a database that cannot be written is SERVICE_UNAVAILABLE, through the ORM and through the query builder', async () => {
  const em = await emptyDatabase();
  const allowWriting = await forbidWriting(em);
  const errors = [
    await thrownBy(() => em.getConnection().execute('delete from chat_session')),
    await thrownBy(() => db(em).deleteFrom('chat_session').execute()),
  ];
  for (const error of errors) {
    const { extensions, message, lines } = formatted(error);
    expect(extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(message).not.toMatch(/readonly|delete/);
    expect(lines).toHaveLength(1);
  }
  await allowWriting();
});

test('a statement that is wrong is a bug: masked, and logged', async () => {
  const em = await emptyDatabase();
  const { extensions, message, lines } = formatted(
    await thrownBy(() => em.getConnection().execute('select * from secrets')),
  );
  expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'r-1' });
  expect(message).toBe('Something went wrong here. Request r-1.');
  expect(lines).toMatchObject([{ level: 'error', details: { requestId: 'r-1' } }]);
});
