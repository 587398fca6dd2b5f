// node bench/wall.ts postgresql://…/<an empty database>: what the second wall costs.
//
// The same work with the wall and without, alternating, in one process on one database; each figure is the median of its
// rounds, and of the second column the first is a multiple. CPU is this process's; PostgreSQL's is in the time.
import { v7 } from 'uuid';
import { sendMessage } from '../src/chat/messages/send-message.ts';
import { findMessage } from '../src/chat/own.ts';
import { readConfig } from '../src/config.ts';
import { createApp } from '../src/create-app.ts';
import { type Em, type Orm, openOrm, viewerEm } from '../src/db/orm.ts';
import { entities } from '../src/entities.ts';
import { createContext } from '../src/http/create-context.ts';
import { postingsOf } from '../src/memory/search/postings.ts';
import { ScopeCache } from '../src/memory/search/scope-cache.ts';
import { offlineProvider } from '../src/models/offline/offline-model.ts';
import { HashingEmbedder } from '../test/support/embedders.ts';
import { recordingLog } from '../test/support/recording-log.ts';
import { median } from './statistics.ts';

const ME = 'local';
const url = process.argv[2] ?? '';
if (!url.startsWith('postgresql:')) throw new Error('Say which database: node bench/wall.ts postgresql://…');

/** Takes the wall away from what is asked for while `isUp` is false. */
function switchable(orm: Orm): { isUp: boolean } {
  const wall = { isUp: true };
  const fork = orm.em.fork.bind(orm.em);
  Object.assign(orm.em, {
    fork: ({ session, ...rest }: NonNullable<Parameters<typeof fork>[0]> = {}) =>
      fork(wall.isUp && session ? { ...rest, session } : rest),
  });
  return wall;
}

/** In milliseconds. */
interface Cost {
  time: number;
  cpu: number;
}

async function cost(run: () => Promise<unknown>, times: number): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  for (let done = 0; done < times; done++) await run();
  const { user, system } = process.cpuUsage(before);
  return { time: (performance.now() - began) / times, cpu: (user + system) / 1000 / times };
}

async function compare(
  wall: { isUp: boolean },
  what: string,
  rounds: number,
  times: number,
  run: () => Promise<unknown>,
) {
  const measured: Record<'up' | 'down', Cost[]> = { up: [], down: [] };
  for (let round = -1; round < rounds; round++) {
    for (const side of round % 2 === 0 ? (['up', 'down'] as const) : (['down', 'up'] as const)) {
      wall.isUp = side === 'up';
      const spent = await cost(run, times);
      if (round >= 0) measured[side].push(spent);
    }
  }
  const of = (side: 'up' | 'down', which: keyof Cost) => median(measured[side].map((each) => each[which]));
  const row = (which: keyof Cost) => {
    const [up, down] = [of('up', which), of('down', which)];
    return `${up.toFixed(2)} | ${down.toFixed(2)} | ${(up / down).toFixed(2)}`;
  };
  console.log(`| ${what} | ${row('time')} | ${row('cpu')} |`);
}

const config = readConfig({ DATABASE_URL: url });
const migrated = await openOrm(url, entities);
await migrated.close(true);
const embedder = new HashingEmbedder();
const app = await createApp(config, recordingLog('error').log, { chat: offlineProvider(), embedder });
const wall = switchable(app.orm);
const context = () => createContext(app, { authorization: undefined, transport: 'http', requestId: 'bench' });
const say = (content: string, sessionId?: string) =>
  context().then((ctx) => sendMessage(ctx, { content, sessionId, wait: true }));

/** A session of so many messages in memory, of eight words each, of which there are a thousand. */
async function scopeOf(chunks: number): Promise<string> {
  const session = v7();
  const em = app.orm.em.fork();
  const run = (sql: string) => em.execute(sql, [session]);
  await run(`insert into chat_session (id, user_id, title, model, tags, message_count, created_at, updated_at)
    values (?, '${ME}', 'Long', 'offline', '[]', ${chunks}, now(), now())`);
  await run(`insert into memory_scope (user_id, session_id) values ('${ME}', ?)`);
  await run(`insert into chat_message (id, user_id, session_id, seq, role, status, content, created_at)
    select gen_random_uuid(), user_id, id, seq, 'USER', 'COMPLETE', 'Words.', now()
    from chat_session, generate_series(1, ${chunks}) as seq where id = ?`);
  await run(`insert into chunk (user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at)
    select m.user_id, s.id, m.id, m.seq, 0, 0, m.content, 8, 8, 'USER', now()
    from chat_message m join memory_scope s on s.session_id = m.session_id where m.session_id = ?`);
  await run(`insert into chunk_term (scope_id, term, chunk_id, tf)
    select c.scope_id, 'word' || (c.seq % 1000 * w * w * 37) % 1000, c.id, 1 from chunk c join memory_scope s on s.id = c.scope_id
    cross join generate_series(1, 8) as w where s.session_id = ? on conflict do nothing`);
  await em.execute('analyze');
  return session;
}

const { session, message } = await say('Today my knee is on my mind.');
const own = (em: Em) => findMessage(em, ME, message.id);
const mine = () => viewerEm(app.orm, ME);
const five = async (em: Em) => {
  for (let read = 0; read < 5; read++) await own(em);
};

console.log('| | with: ms | without | × | CPU with: ms | without | × |\n|---|---|---|---|---|---|---|');
await compare(wall, 'a row by its key', 15, 100, () => own(mine()));
await compare(wall, 'five of them', 15, 40, () => five(mine()));
await compare(wall, 'five in a transaction', 15, 40, () => mine().transactional(five));
for (const chunks of [1_000, 10_000]) {
  const long = await scopeOf(chunks);
  const scopes = await new ScopeCache().read(mine(), ME, { sessionIds: [long] });
  const terms = [0, 1, 5, 8, 81, 100, 250, 500].map((word) => `word${word}`);
  const found = (await postingsOf(mine(), ME, { scopes, terms })).reduce((sum, term) => sum + term.postings.length, 0);
  await compare(wall, `${found} postings of a session of ${chunks} chunks`, 15, 10, () =>
    postingsOf(mine(), ME, { scopes, terms }),
  );
}
await compare(wall, 'a turn, with the model’s answer at once', 15, 5, () => say('And how is my knee?', session.id));
await app.idle();
await app.close();
