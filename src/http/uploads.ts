import path from 'node:path';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import type { DocumentRow } from '../documents/own-document.ts';
import { fileTypeOf } from '../documents/read/file-type.ts';
import { type StoredDocument, storeDocument } from '../documents/store-document.ts';
import { AppError } from '../errors.ts';
import { createContext } from './create-context.ts';
import { spooled } from './spool.ts';
import { answerUploadError, UploadError } from './upload-error.ts';
import { UploadPlaces } from './upload-places.ts';

const MAX_NAME_UNITS = 255;
/** Of a form, beside its file. */
const MAX_AROUND_BYTES = 65_536;

/** POST /documents: a file, in the field `file` of a form. */
export function serveUploads(app: App, fastify: FastifyInstance): void {
  const places = new UploadPlaces();
  // Apart, so that forms are read nowhere else.
  fastify.register(async (scope) => {
    await scope.register(multipart, {
      throwFileSizeLimit: false,
      limits: { fileSize: app.config.maxDocumentBytes, files: 1, fields: 10, fieldSize: 1000, parts: 11 },
    });
    scope.setErrorHandler(answerUploadError(app.log));
    scope.post('/documents', async (request, reply) => {
      refuseForms(app, request);
      if (app.isDraining) throw new AppError('SERVICE_UNAVAILABLE', 'The server is about to stop; try again.');
      const { authorization } = request.headers;
      const ctx = await createContext(app, { authorization, transport: 'http', requestId: request.id });
      const { document, isNew } = await places.hold(ctx.viewer.id, () => receive(ctx, request, places));
      return reply.code(isNew ? 201 : 200).send({ document: shown(document) });
    });
  });
}

/** A page elsewhere can post a form with a file, but none of these headers, without asking first. */
function refuseForms({ auth }: App, { headers }: FastifyRequest): void {
  // With login, a page elsewhere has no token to send.
  if (auth || headers['apollo-require-preflight'] || headers.authorization) return;
  throw new AppError('BAD_USER_INPUT', 'Send the header authorization, or apollo-require-preflight: true.');
}

async function receive(ctx: Context, request: FastifyRequest, places: UploadPlaces): Promise<StoredDocument> {
  if (!request.isMultipart()) throw new UploadError(415, 'The file has to come as multipart/form-data.');
  const { maxDocumentBytes } = ctx.app.config;
  if (Number(request.headers['content-length']) > maxDocumentBytes + MAX_AROUND_BYTES) throw tooLarge(maxDocumentBytes);
  const part = await request.file().catch(refuseForm);
  if (part?.fieldname !== 'file') throw new AppError('BAD_USER_INPUT', 'The file has to come in the field `file`.');
  const filename = nameOf(part);
  const stored = spooled(part.file, ({ read, contentHash }) => {
    if (part.file.truncated) throw tooLarge(maxDocumentBytes);
    return places.inTurn(async () => {
      const bytes = await read();
      const mimeType = fileTypeOf(filename, bytes);
      if (!mimeType) throw new UploadError(415, 'The file is none of PDF, DOCX, HTML, Markdown and text.');
      return storeDocument(ctx, { filename, mimeType, bytes, contentHash });
    });
  });
  return stored.catch((error: unknown) => (error === part.file.errored ? refuseForm(error) : Promise.reject(error)));
}

/** What the parser says of a form that breaks off, or is none. */
function refuseForm(error: unknown): never {
  if (error instanceof Error && 'statusCode' in error) throw error;
  throw new UploadError(400, 'The form cannot be read: it breaks off, or is not multipart/form-data.');
}

function nameOf({ filename }: MultipartFile): string {
  const name = path
    .basename((filename ?? '').replaceAll('\0', ''))
    .trim()
    .toWellFormed();
  if (name === '') throw new AppError('BAD_USER_INPUT', 'The file has to have a name.');
  if (name.length > MAX_NAME_UNITS) {
    throw new AppError('BAD_USER_INPUT', `The name of a file must not be longer than ${MAX_NAME_UNITS} characters.`);
  }
  return name;
}

const tooLarge = (maxBytes: number) =>
  new UploadError(413, `The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);

/** As GraphQL shows it. */
const shown = ({ id, filename, mimeType, sizeBytes, status, failure, chunkCount, createdAt }: DocumentRow) => ({
  ...{ id, filename, mimeType, sizeBytes, status, error: failure, chunkCount, createdAt },
});
