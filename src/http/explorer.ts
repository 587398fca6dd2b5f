import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config-values.ts';
import { renderExplorer } from './explorer-page.ts';
import { accepts, PAGE_HEADERS } from './page.ts';

const compress = promisify(gzip);

interface Packed {
  gzipped: Buffer;
  etag: string;
  policy: string;
}

/** GET /graphql in a browser: GraphiQL, which asks nobody else for anything. */
export function createExplorer(config: Pick<Config, 'auth' | 'introspection'>) {
  // 9 MB unpacked, for which only who looks at it should pay.
  let page: Promise<Packed> | undefined;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (!config.introspection) return reply.code(404).type('text/plain; charset=utf-8').send(NO_INTROSPECTION);
    // What could not be made is made again.
    page ??= packPage(config.auth !== null).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    const { gzipped, etag, policy } = await page;
    reply
      .headers(PAGE_HEADERS)
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('etag', etag)
      .header('vary', 'accept, accept-encoding')
      .type('text/html; charset=utf-8');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    if (accepts(request.headers['accept-encoding']?.toString(), ['gzip']))
      return reply.header('content-encoding', 'gzip').send(gzipped);
    return reply.send(Readable.from([gzipped]).pipe(createGunzip()));
  };
}

async function packPage(hasLogin: boolean): Promise<Packed> {
  const { html, policy } = await renderExplorer(hasLogin);
  const gzipped = await compress(html);
  return { gzipped, etag: `"${createHash('sha256').update(gzipped).digest('base64url')}"`, policy };
}

const NO_INTROSPECTION = `The explorer needs the schema, and INTROSPECTION is off here, as it is by default with a login.
With INTROSPECTION=on the explorer is at this address. GraphQL is served at POST /graphql.
`;
