import type { ReplyWriter } from './chat/replies/reply-writer.ts';
import type { Config } from './config.ts';
import { dialectOf } from './db/dialect.ts';
import { Notifications } from './db/notifications.ts';
import type { Doorbell } from './doorbell.ts';
import type { JobWorker } from './jobs/worker.ts';
import type { Logger } from './logger.ts';

const RING = 'ring:';
const CANCEL = 'cancel:';
const JOBS = 'jobs';
const FORGET = 'forget';

/** What the processes on one database tell each other: ids, of which each reads the rows. */
export interface News {
  ring(id: string): void;
  /** To the process that writes this reply. */
  cancel(replyId: string): void;
  wakeJobs(): void;
  forget(): void;
  /** What others tell is done here from now on. */
  listen(told: Told): void;
  stop(): Promise<void>;
}

interface Told {
  bell: Doorbell;
  replies: Pick<ReplyWriter, 'cancelHere'>;
  jobs: Pick<JobWorker, 'wakeHere'>;
  forget(): void;
}

/** @param given a database in this process has no others */
export function createNews(config: Config, log: Logger, given: { driverOptions?: unknown }): News {
  if (dialectOf(config.databaseUrl) === 'sqlite' || given.driverOptions) return NO_OTHERS;
  const notifications = new Notifications(config.databaseListenUrl, log);
  return {
    ring: (id) => notifications.tell(RING + id),
    cancel: (replyId) => notifications.tell(CANCEL + replyId),
    wakeJobs: () => notifications.tell(JOBS),
    forget: () => notifications.tell(FORGET),
    listen(told) {
      told.bell.isHeard = false;
      // Whatever it was: who waits looks, and what is held goes.
      const onLost = () => {
        told.bell.ringAllHere();
        told.jobs.wakeHere();
        told.forget();
      };
      notifications.start({
        onNews: (words) => hear(told, words),
        onLost,
        onConnection(isConnected) {
          told.bell.isHeard = isConnected;
          if (isConnected) return onLost();
          // From here on they look more often.
          told.bell.ringAllHere();
          told.jobs.wakeHere();
        },
      });
    },
    stop: () => notifications.stop(),
  };
}

function hear({ bell, replies, jobs, forget }: Told, words: readonly string[]): void {
  for (const word of words) {
    if (word.startsWith(RING)) bell.ringHere(word.slice(RING.length));
    else if (word.startsWith(CANCEL)) replies.cancelHere(word.slice(CANCEL.length));
    else if (word === JOBS) jobs.wakeHere();
    else if (word === FORGET) forget();
  }
}

const NO_OTHERS: News = {
  ring: () => undefined,
  cancel: () => undefined,
  wakeJobs: () => undefined,
  forget: () => undefined,
  listen: () => undefined,
  stop: async () => undefined,
};
