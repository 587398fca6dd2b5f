import { request } from 'node:http';
import { expect } from 'vitest';
import { startApp, test } from '../support/app.ts';
import { docxBomb, docxFile, encryptedPdf, pdfFile, scannedPdf } from '../support/files.ts';
import { says } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';
import { zipFile } from '../support/zip-file.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const READ = 'status error mimeType chunkCount text chunks(first: 100) { position start text }';
const HONESTY = 'Honesty matters more to me than comfort.';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Uploads, waits until it was read, and says what came of it. */
async function read(app: { idle(): Promise<void> }, viewer: TestViewer, name: string, file: Buffer | string) {
  const { document } = await viewer.upload(name, file);
  await app.idle();
  return viewer.document(document.id, READ);
}

test.for<[string, Buffer | string, string, string]>([
  ['values.pdf', pdfFile([['Values', '', HONESTY], ['Second page.']]), 'application/pdf', `${HONESTY}\n\nSecond page.`],
  ['values.docx', docxFile(['# Values', HONESTY]), DOCX, `# Values\n\n${HONESTY}`],
  [
    'values.html',
    `<!doctype html><title>x</title><h2>Values</h2><p>${HONESTY}`,
    'text/html',
    `## Values\n\n${HONESTY}`,
  ],
  ['values.md', `# Values\r\n\r\n${HONESTY}`, 'text/markdown', `# Values\n\n${HONESTY}`],
  ['values.txt', HONESTY, 'text/plain', HONESTY],
  ['comments.md', `${'<!-- draft -->'.repeat(60)}\n\n${HONESTY}`, 'text/markdown', HONESTY],
  ['comments.txt', `${'<!-- draft -->'.repeat(60)}<html><p>${HONESTY}`, 'text/html', HONESTY],
  ['on PDF.md', `A PDF begins with %PDF-1.7. ${HONESTY}`, 'text/markdown', `with %PDF-1.7. ${HONESTY}`],
  ['sent.bin', Buffer.concat([Buffer.alloc(9), pdfFile([[HONESTY]])]), 'application/pdf', HONESTY],
  ['marked.txt', `\ufeff${HONESTY}`, 'text/plain', HONESTY],
  ['utf16.txt', utf16(`Grüße. ${HONESTY}`), 'text/plain', `Grüße. ${HONESTY}`],
  ['old.txt', Buffer.from(`Gr\xfc\xdfe. ${HONESTY}`, 'latin1'), 'text/plain', `Grüße. ${HONESTY}`],
])('%s is read, and its pieces stand where they say', async ([name, file, mimeType, text], { app, alice }) => {
  const document = await read(app, alice, name, file);
  expect(document).toMatchObject({ status: 'READY', error: null, mimeType, chunkCount: document.chunks.length });
  expect(document.text).toContain(text);
  expect(document.chunks.length).toBeGreaterThan(0);
  for (const chunk of document.chunks) {
    expect(document.text.slice(chunk.start, chunk.start + chunk.text.length)).toBe(chunk.text);
  }
});

test('a page is read without its scripts, styles, navigation and addresses', async ({ app, alice }) => {
  const page = `<html><head><style>p { color: red }</style><script>alert(1)</script></head><body><nav>Home</nav>
    <h1>Values</h1><p>Read <a href="https://example.com/x">this</a>.</p><ul><li>One</li><li>Two</li></ul>
    <table><tr><th>Month</th><th>Runs</th></tr><tr><td>July</td><td><p>4</p></td></tr></table></body></html>`;
  const { text } = await read(app, alice, 'page.html', page);
  expect(text).toBe('# Values\n\nRead this.\n\n- One\n- Two\n\nMonth | Runs\nJuly | 4');
});

test('lines that were wrapped and words that were hyphenated are put together again', async ({ app, alice }) => {
  const lines = [
    'A word at the end of a line may be hyphenated, as is this exam-',
    'ple, and the line then goes on here.',
  ];
  const { text } = await read(app, alice, 'wrapped.pdf', pdfFile([lines]));
  expect(text).toBe(
    'A word at the end of a line may be hyphenated, as is this example, and the line then goes on here.',
  );
});

test.for<[string, string, Buffer | string, RegExp]>([
  ['an encrypted PDF', 'a.pdf', encryptedPdf(), /^The file is encrypted/],
  ['a scanned PDF', 'a.pdf', scannedPdf(), /^The file holds no text\. It may be scanned/],
  ['a PDF that was cut', 'a.pdf', pdfFile([[HONESTY]]).subarray(0, 200), /^The file is damaged: .* PDF\.$/],
  ['a DOCX that was cut', 'a.docx', docxFile([HONESTY]).subarray(0, 300), /^The file is damaged: .* Word document\.$/],
  ['a DOCX of broken XML', 'a.docx', zipFile({ 'word/document.xml': '<w:document' }), /^The file is damaged/],
  ['a DOCX that unpacks without end', 'a.docx', docxBomb(70_000_000), /^The file unpacks to far more/],
  [
    'a page that is nested without end',
    'a.html',
    `<html>${'<div>'.repeat(20_000)}deep`,
    /^The file is nested too deeply/,
  ],
  ['an empty file', 'a.txt', '', /^The file is empty/],
  ['a file of white space', 'a.txt', ' \n\t ', /^The file holds no text\.$/],
  [
    'a text that is too long',
    'a.txt',
    'Far too long. '.repeat(360_000),
    /^The text is longer than 5,000,000 characters/,
  ],
])('%s fails with a sentence, and nothing else does', async ([, name, file, sentence], { app, alice }) => {
  app.model.next(says('Good.'));
  const [{ status, document }, other, { reply }] = await Promise.all([
    alice.upload(name, file),
    alice.upload('other.txt', HONESTY),
    alice.turn('Hello?'),
  ]);
  await app.idle();

  expect(status).toBe(201);
  const failed = await alice.document(document.id, READ);
  expect(failed).toMatchObject({ status: 'FAILED', chunkCount: 0, chunks: [], text: null });
  expect(failed.error).toMatch(sentence);
  expect(await alice.document(other.document.id)).toMatchObject({ status: 'READY' });
  expect(reply.status).toBe('COMPLETE');
  expect(await app.running.orm.em.execute('select * from document_content where file is not null')).toEqual([]);
});

test.for<[string, Buffer | string, string]>([
  ['notes.txt', pdfFile([[HONESTY]]), 'application/pdf'],
  ['notes.pdf', docxFile([HONESTY]), DOCX],
  ['notes.txt', `<!DOCTYPE html><p>${HONESTY}`, 'text/html'],
  ['notes.pdf', HONESTY, 'text/plain'],
  ['notes.html', HONESTY, 'text/plain'],
  ['notes', HONESTY, 'text/plain'],
])('%s is taken for what it holds', async ([name, file, mimeType], { app, alice }) => {
  expect(await read(app, alice, name, file)).toMatchObject({ status: 'READY', mimeType });
});

test('what is none of these is refused, whatever its name', async ({ alice }) => {
  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  for (const name of ['a.png', 'a.pdf', 'a.docx', 'a.txt']) {
    expect(await alice.upload(name, picture)).toMatchObject({ status: 415, error: { code: 'UNSUPPORTED_TYPE' } });
  }
  const archive = await alice.upload('a.docx', zipFile({ 'readme.txt': HONESTY }));
  expect(archive).toMatchObject({ status: 415, error: { code: 'UNSUPPORTED_TYPE' } });
  expect(await alice.upload('a.rtf', '{\\rtf1 Hello}')).toMatchObject({ status: 415 });
  expect((await alice.query('{ documents { totalCount } }')).documents.totalCount).toBe(0);
});

test('a name may be in any script, and is no path', async ({ alice }) => {
  expect((await alice.upload('Überblick – 日本.txt', HONESTY)).document.filename).toBe('Überblick – 日本.txt');
  expect((await alice.upload('../../etc/passwd.txt', `${HONESTY} `)).document.filename).toBe('passwd.txt');
  expect(await alice.upload(`${'n'.repeat(256)}.txt`, HONESTY)).toMatchObject({ status: 400 });
});

test('a file that is too large is refused, and one that just fits is not', async () => {
  const app = await startApp({ env: { MAX_DOCUMENT_MB: '1' } });
  const alice = await app.viewer('alice');
  const megabyte = 'x'.repeat(1024 * 1024);
  const refused = await alice.upload('large.txt', `${megabyte}x`);
  expect(refused).toMatchObject({
    status: 413,
    error: { code: 'TOO_LARGE', message: 'The file is larger than 1 MB.' },
  });
  expect(await alice.upload('huge.txt', megabyte.repeat(30))).toMatchObject({ status: 413 });
  expect(await alice.upload('fits.txt', megabyte)).toMatchObject({ status: 201 });
  expect((await alice.query('{ documents { totalCount } }')).documents.totalCount).toBe(1);
  await app.close();
});

test('a file comes from the viewer, and from no page elsewhere', async ({ app, alice }) => {
  const form = () => {
    const body = new FormData();
    body.append('file', new Blob([HONESTY]), 'a.txt');
    return body;
  };
  const post = async (headers: Record<string, string>, body: FormData | string = form()) => {
    const response = await fetch(`${app.url}/documents`, { method: 'POST', headers, body });
    const answer: Data = await response.json();
    return { status: response.status, ...answer };
  };
  const authorization = alice.authorization ?? '';
  expect(await post({})).toMatchObject({ status: 400, error: { code: 'BAD_USER_INPUT' } });
  expect(await post({ authorization: 'Bearer nonsense' })).toMatchObject({
    status: 401,
    error: { code: 'UNAUTHENTICATED' },
  });
  expect(await post({ authorization, 'content-type': 'application/json' }, '{}')).toMatchObject({ status: 415 });
  expect(await post({ authorization, 'content-type': 'multipart/form-data; boundary=x' }, 'x')).toMatchObject({
    status: 400,
  });
  const other = new FormData();
  other.append('picture', new Blob([HONESTY]), 'a.txt');
  expect(await post({ authorization }, other)).toMatchObject({ status: 400, error: { code: 'BAD_USER_INPUT' } });
  expect(await post({ authorization })).toMatchObject({ status: 201, document: { filename: 'a.txt' } });
});

test('a page that may use the server may send files', async () => {
  const origin = 'https://app.example.com';
  const app = await startApp({ env: { CORS_ORIGINS: origin } });
  const alice = await app.viewer('alice');
  const asked = await fetch(`${app.url}/documents`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });
  expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
  expect(asked.headers.get('access-control-allow-headers')).toBe('authorization');
  const sent = await fetch(`${app.url}/documents`, {
    method: 'POST',
    headers: { origin, authorization: alice.authorization ?? '' },
  });
  expect(sent.headers.get('access-control-allow-origin')).toBe(origin);
  await app.close();
});

test('a form is read at no other address', async ({ app, alice }) => {
  const body = new FormData();
  body.append('query', '{ viewer { id } }');
  const headers = { authorization: alice.authorization ?? '', 'apollo-require-preflight': 'true' };
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body });
  expect(response.status).toBe(415);
});

test('without login, a file is taken under the names of this machine alone', async () => {
  const app = await startApp({ env: { AUTH_JWT_SECRET: '' } });
  const local = await app.viewer('local');
  expect(await local.upload('a.txt', HONESTY)).toMatchObject({ status: 201 });
  const { port } = new URL(app.url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'evil.example', 'apollo-require-preflight': 'true' };
    const asked = request({ port, method: 'POST', path: '/documents', headers }, (answer) =>
      resolve(answer.statusCode),
    );
    asked.on('error', reject).end();
  });
  expect(status).toBe(403);
  await app.close();
});

test('a server that is about to stop takes no file', async () => {
  const app = await startApp();
  const alice = await app.viewer('alice');
  await app.running.endReplies(0);
  expect(await alice.upload('a.txt', HONESTY)).toMatchObject({ status: 503, error: { code: 'SERVICE_UNAVAILABLE' } });
  await app.close();
});

test('a viewer sends four files at a time, and then again when one has come', async ({ app, alice, bob }) => {
  const slow = Array.from({ length: 4 }, (_, at) => beginUpload(app.url, alice, `slow ${at}`));
  await Promise.all(slow.map((upload) => upload.begun));
  await expect.poll(async () => (await alice.upload('fifth.txt', 'The fifth.')).status).toBe(429);
  expect(await bob.upload('hers.txt', 'Another viewer.')).toMatchObject({ status: 201 });

  for (const upload of slow) upload.finish();
  expect(await Promise.all(slow.map((upload) => upload.status))).toEqual([201, 201, 201, 201]);
  expect(await alice.upload('fifth.txt', 'The fifth.')).toMatchObject({ status: 201 });
  await app.idle();
});

test('an upload that breaks off leaves nothing, and its place to the next', async ({ app, alice }) => {
  for (let at = 0; at < 8; at++) {
    const upload = beginUpload(app.url, alice, `broken ${at}`);
    await upload.begun;
    upload.breakOff();
    await expect(upload.status).rejects.toThrow();
  }
  await expect.poll(async () => (await alice.upload('whole.txt', HONESTY)).status).toBeLessThan(300);
  const { documents } = await alice.query('{ documents { nodes { filename } } }');
  expect(documents.nodes).toEqual([{ filename: 'whole.txt' }]);
  expect(app.lines.filter((line: Data) => line.level === 'error')).toEqual([]);
  await app.idle();
});

/** An upload of which the first half has been sent. */
function beginUpload(url: string, { authorization = '' }: TestViewer, text: string) {
  const sent = request(`${url}/documents`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'multipart/form-data; boundary=middle' },
  });
  const status = new Promise<number>((resolve, reject) => {
    sent.on('response', (answer) => resolve(answer.resume().statusCode ?? 0));
    sent.on('error', reject);
  });
  status.catch(() => undefined);
  const head = '--middle\r\ncontent-disposition: form-data; name="file"; filename="slow.txt"\r\n\r\n';
  return {
    status,
    begun: new Promise((resolve) => sent.write(`${head}${text}`, resolve)),
    finish: () => void sent.end('. And the rest.\r\n--middle--\r\n'),
    breakOff: () => void sent.destroy(new Error('The network is gone.')),
  };
}
