import { existsSync } from 'node:fs';
import path from 'node:path';
import files from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { accepts, asksForPage, PAGE_HEADERS } from './page.ts';

/** The app's addresses, which it reads itself; as in web/src. */
const PAGES = ['/', '/s/:id', '/documents', '/memory', '/usage', '/settings'];
/** Not for people, whatever a browser asks for there. */
const API = /^\/(graphql|export|healthz|readyz|metrics)(\/|\?|$)/;

/** Nothing but the app's own files runs or is loaded, and its scripts cannot make HTML of text. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = { ...PAGE_HEADERS, 'content-security-policy': CONTENT_SECURITY_POLICY };
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Kept, but asked for each time whether it is still the one. */
const CHECKED = 'no-cache';

/** What answers where there is nothing else; undefined: not a page either. */
export type AnswerPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;

/**
 * The web app's pages and files.
 *
 * @param folder what `npm run build:web` made; where there is none, the first page says so
 */
export async function serveWeb(fastify: FastifyInstance, folder: string | null): Promise<AnswerPage> {
  if (!folder || !existsSync(path.join(folder, 'index.html'))) {
    fastify.get('/', async (_request, reply) => reply.code(404).type('text/plain; charset=utf-8').send(NOT_BUILT));
    return () => undefined;
  }
  await fastify.register(files, {
    root: folder,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      const isHashed = path.relative(folder, file).startsWith(`assets${path.sep}`);
      reply
        .header('cache-control', isHashed ? FOR_EVER : CHECKED)
        .header('cross-origin-resource-policy', 'same-origin');
      // By whatever address it is reached.
      if (file.endsWith('.html')) for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
    },
  });
  const showPage: RouteHandlerMethod = (request, reply) =>
    wantsNoPage(request) ? reply.callNotFound() : reply.sendFile('index.html');
  for (const url of PAGES) fastify.get(url, showPage);
  return (request, reply) => {
    if (!asksForPage(request) || API.test(request.url)) return undefined;
    // Not to be answered with 304, which would take the 404's place.
    const options = { etag: false, lastModified: false, acceptRanges: false };
    return reply.code(404).sendFile('index.html', options);
  };
}

const wantsNoPage = ({ headers: { accept } }: FastifyRequest): boolean =>
  accept !== undefined && !accepts(accept, ['text/html', 'text/*', '*/*']);

const NOT_BUILT = `The web app is not built. Build it with

  npm run build:web

and start the server again. GraphQL is served at POST /graphql.
`;
