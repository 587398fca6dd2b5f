import type { App } from '../app.ts';
import { createLoaders } from '../chat/loaders.ts';
import type { Context, Transport } from '../context.ts';
import { viewerEm } from '../db/orm.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { viewerOf } from '../users/viewer.ts';

interface Caller {
  /** The header, or what stands for it on a socket. */
  authorization: string | undefined;
  transport: Transport;
  requestId: string;
}

/** The one way to a context, for every transport. @throws UNAUTHENTICATED */
export async function createContext(app: App, { authorization, transport, requestId }: Caller): Promise<Context> {
  const viewer = await viewerOf(app.auth, authorization);
  if (!viewer) throw new AppError('UNAUTHENTICATED', 'A valid bearer token is needed.');
  const log = withRequestId(app.log, requestId);
  return { app: loggingTo(log, app), viewer, requestId, transport, log, ...freshReads(app, viewer.id) };
}

/** The same app, for what a request begins: a reply that goes on after the answer is logged with the request's id too. */
const loggingTo = (log: Logger, app: App): App => Object.create(app, { log: { value: log } });

/** For the next event of a subscription: what earlier ones read is read anew. */
export const eventContext = (ctx: Context): Context => ({ ...ctx, ...freshReads(ctx.app, ctx.viewer.id) });

function freshReads(app: App, viewerId: string): Pick<Context, 'em' | 'loaders'> {
  const em = viewerEm(app.orm, viewerId);
  return { em, loaders: createLoaders(em, viewerId, app) };
}

const withRequestId = (log: Logger, requestId: string): Logger => ({
  debug: (details, message) => log.debug({ requestId, ...details }, message),
  info: (details, message) => log.info({ requestId, ...details }, message),
  warn: (details, message) => log.warn({ requestId, ...details }, message),
  error: (details, message) => log.error({ requestId, ...details }, message),
});
