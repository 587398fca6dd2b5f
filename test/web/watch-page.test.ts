import { createServer } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { test } from './support/browser.ts';
import { watchPages } from './support/watch-page.ts';

const POLICY =
  "default-src * data:; script-src 'self' 'unsafe-inline'; style-src 'self'; require-trusted-types-for 'script'";

/** @returns the address of a page that does nothing but run a script */
async function pageThatRuns(script: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY });
    response.end(`<!doctype html><link rel="icon" href="data:,"><body><script>${script}</script>`);
  });
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    });
  });
}

test.for([
  ['an error in the console', 'console.error("bad")', /^Console: bad/],
  ['an error that nobody caught', 'throw new Error("nobody")', /^Page: Error: nobody/],
  ['a promise that nobody caught', 'Promise.reject(new Error("later"))', /^Page: Error: later/],
  [
    'HTML made of text',
    'document.body.innerHTML = "<p>"',
    /Against the content security policy: require-trusted-types-for/,
  ],
  [
    'a style in an attribute',
    'document.body.setAttribute("style", "color: red")',
    /Against the content security policy: style-src-attr/,
  ],
  [
    'a picture from elsewhere',
    'new Image().src = "http://elsewhere.example/a.png"',
    /^Request to elsewhere: http:\/\/elsewhere/,
  ],
  ['a socket to elsewhere', 'new WebSocket("ws://elsewhere.example/")', /^Socket to elsewhere: ws:\/\/elsewhere/],
  ['what another tab does', 'if (!opener) open("/"); else console.error("in the other tab")', /in the other tab/],
] as const)('a test fails on %s', async ([, script, complaint], { chromium, complaints: { said } }) => {
  const address = await pageThatRuns(script);
  const context = await (await chromium()).newContext();
  onTestFinished(() => context.close());
  const complaints: string[] = [];
  await watchPages(context, address, complaints);
  await (await context.newPage()).goto(address);
  await expect.poll(() => complaints).toContainEqual(expect.stringMatching(complaint));
  expect(said).toEqual([]);
});

test('a page that does nothing wrong is not complained about', async ({ visit }) => {
  const page = await visit(await pageThatRuns('document.body.append("Good."); console.log("fine")'));
  expect(await page.locator('body').innerText()).toContain('Good.');
});
