import { db, forkEm, type Orm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { finish, stillThere } from '../../jobs/queue.ts';
import type { ClaimedJob, Task } from '../../jobs/task.ts';
import type { Logger } from '../../logger.ts';
import { type ChatProvider, ModelError, type UsedTokens } from '../../models/chat-model.ts';
import { titleOf } from '../../models/offline/title.ts';
import { bookUsage, type Usage } from '../../users/usage.ts';
import { findMessage, findSession, type SessionRow } from '../own.ts';
import { modelOf } from '../prompts/model-of.ts';
import { TITLE_SESSION_TASK } from './ask-for-title.ts';
import { type FirstTurn, titleTokens, writeTitle } from './write-title.ts';

export interface TitleDeps {
  orm: Orm;
  chat: ChatProvider;
  log: Logger;
  /** Called after the commit, for each session that got another title. */
  onTitled(sessionId: string): void;
}

interface Untitled {
  session: SessionRow;
  turn: FirstTurn;
}

interface Named {
  title: string | null;
  usages: Usage[];
  /** What it is to be tried again for; null: it is done. */
  failure: ModelError | null;
}

const UNNAMED: Named = { title: null, usages: [], failure: null };

/** Until it has run, and where it fails, the first words of the first message are the title. */
export function titleSessionTask(deps: TitleDeps): Task {
  return {
    name: TITLE_SESSION_TASK,
    // A model that is slow to name a session is not to hold up what is embedded.
    lane: 'titles',
    batchSize: 8,
    maxAttempts: 4,
    async estimateTokens(jobs) {
      const untitled = await Promise.all(jobs.map((job) => untitledSession(deps.orm, job)));
      return untitled.map((each) => (each === null || deps.chat.kind === 'OFFLINE' ? 0 : titleTokens(each.turn)));
    },
    async run(jobs, signal) {
      // Together, because each waits for a model.
      const results = await Promise.allSettled(jobs.map((job) => titleSession(deps, job, signal)));
      const failure = results.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
    },
  };
}

async function titleSession(deps: TitleDeps, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const untitled = await untitledSession(deps.orm, job);
  const { title, usages, failure } = untitled ? await nameOf(deps, untitled, signal) : UNNAMED;
  const { userId, sessionId } = job;
  const isTitled = await viewerTransaction(forkEm(deps.orm), userId, async (em) => {
    const [there] = await stillThere(em, [job]);
    // Used all the same, where the job was asked for anew or taken meanwhile.
    if (there) await bookUsage(em, { userId, sessionId }, usages);
    if (!there?.isHeld || failure) return false;
    await finish(em, job);
    if (title === null || title === untitled?.session.title) return false;
    // The viewer may have named it meanwhile, or deleted it. It was not changed by them, so `updatedAt` stays.
    const { numUpdatedRows } = await db(em)
      .updateTable('chat_session')
      .set({ title })
      .where('id', '=', sessionId)
      .where('userId', '=', userId)
      .where('titleIsAutomatic', '=', true)
      .where('deletedAt', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  });
  if (failure) throw failure;
  if (isTitled && sessionId !== null) deps.onTitled(sessionId);
}

/** Null where there is nothing to name any more. */
async function untitledSession(orm: Orm, { userId, sessionId, messageId }: ClaimedJob): Promise<Untitled | null> {
  const em = forkEm(orm);
  const session = await findSession(em, userId, sessionId ?? '');
  if (!session?.titleIsAutomatic || session.deletedAt) return null;
  const reply = await findMessage(em, userId, messageId ?? '');
  const question = reply?.replyTo && (await findMessage(em, userId, reply.replyTo));
  return reply && question ? { session, turn: { question: question.content, reply: reply.content } } : null;
}

async function nameOf({ chat, log }: TitleDeps, { session, turn }: Untitled, signal: AbortSignal): Promise<Named> {
  if (chat.kind === 'OFFLINE') return { ...UNNAMED, title: titleOf(turn.question) };
  const model = modelOf({ chat }, session);
  const usageOf = (used: UsedTokens): Usage => ({ purpose: 'TITLE', model: model.id, ...used, isBackground: true });
  try {
    const { title, inputTokens, outputTokens } = await writeTitle(model, turn, signal);
    return { title, usages: [usageOf({ inputTokens, outputTokens })], failure: null };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (!error.retryable) log.warn({ sessionId: session.id, err: error }, 'a session could not be named');
    const usages = error.used.inputTokens > 0 ? [usageOf(error.used)] : [];
    return { title: null, usages, failure: error.retryable ? error : null };
  }
}
