import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { AppError } from '../errors.ts';
import { exportLines } from '../privacy/export.ts';
import { atExpiry } from './at-expiry.ts';
import { createContext } from './create-context.ts';
import type { Guards } from './guards.ts';
import type { Readers } from './readers.ts';

/** Each reads the whole of what a viewer has, beside the turns of others. */
const MAX_AT_ONCE = 4;
/** Who does not read for so long gives the place to another. */
const STALLED_MS = 60_000;

/** GET /export: all that the viewer has, as JSON Lines. Draining, the token's end and the reader's leaving end it. */
export function serveExport(app: App, fastify: FastifyInstance, guards: Guards): Readers {
  const open = new Map<Readable, string>();

  fastify.get('/export', { exposeHeadRoute: false }, async (request, reply) => {
    if (isFromElsewhere(request, guards)) return reply.code(403).send({ errors: [foreignPage] });
    const { authorization } = request.headers;
    const { viewer, log } = await createContext(app, { authorization, transport: 'http', requestId: request.id });
    refuseMany([...open.values()], viewer.id, app.isDraining);

    // One page of lines is made when the last one is written.
    const lines = Readable.from(exportLines(app, viewer.id), { highWaterMark: 1 });
    open.set(lines, viewer.id);
    const { socket } = request.raw;
    const giveUp = () => lines.destroy();
    const callOffExpiry = atExpiry(viewer, giveUp);
    socket.setTimeout(STALLED_MS, giveUp);
    lines.once('error', (err) => log.error({ err }, 'an export broke off'));
    lines.once('close', () => {
      open.delete(lines);
      callOffExpiry();
      socket.setTimeout(0);
      socket.off('timeout', giveUp);
      // Otherwise what was cut off would look like the end to whoever reads no further.
      if (!lines.readableEnded) reply.raw.destroy();
    });
    const day = new Date().toISOString().slice(0, 10);
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('content-disposition', `attachment; filename="carryover-${day}.jsonl"`)
      .header('cache-control', 'no-store')
      .header('cross-origin-resource-policy', 'same-origin')
      .send(lines);
  });

  return {
    count: () => open.size,
    async end() {
      for (const lines of open.keys()) lines.destroy();
    },
  };
}

/** Pages elsewhere could not read it, but make the server work, or have a browser save it. */
function isFromElsewhere({ headers }: FastifyRequest, guards: Guards): boolean {
  if (headers.origin !== undefined) return !guards.isAllowedOrigin(headers.origin, headers.host);
  const site = headers['sec-fetch-site'];
  // `none` is a person, by a bookmark or the address. Another port of this machine is the same site.
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

const foreignPage = { message: 'Not for pages of this origin.', extensions: { code: 'BAD_REQUEST' } };

function refuseMany(viewers: readonly string[], viewerId: string, isDraining: boolean): void {
  if (isDraining) throw new AppError('SERVICE_UNAVAILABLE', 'The server is stopping. Try again in a moment.');
  if (viewers.includes(viewerId)) {
    throw new AppError('LIMIT_EXCEEDED', 'An export of yours is running: wait for its end.');
  }
  if (viewers.length >= MAX_AT_ONCE) {
    throw new AppError('LIMIT_EXCEEDED', 'Too many exports are running: try again in a minute.');
  }
}
