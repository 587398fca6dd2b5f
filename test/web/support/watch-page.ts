import type { BrowserContext, Page } from 'playwright-core';

/** Every page of a context, also those that a page opens: what goes wrong in them is written to `complaints`. */
export async function watchPages(context: BrowserContext, origin: string, complaints: string[]): Promise<void> {
  // Chromium prints most of what a policy stops, and this event tells of all of it.
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      console.error(`Against the content security policy: ${effectiveDirective} ${blockedURI} ${sample}`);
    });
  });
  context.on('page', (page) => watchPage(page, origin, complaints));
}

function watchPage(page: Page, origin: string, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    complaints.push(`Console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`Page: ${error.stack ?? error.message}`));
  page.on('crash', () => complaints.push('Page: it crashed'));
  page.on('request', (request) => {
    if (isForeign(request.url(), origin)) complaints.push(`Request to elsewhere: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (isForeign(socket.url(), origin)) complaints.push(`Socket to elsewhere: ${socket.url()}`);
  });
}

/** What the page holds itself (`data:`, `blob:`) is asked of nobody. */
function isForeign(address: string, origin: string): boolean {
  const { protocol, host } = new URL(address);
  return protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(origin).host;
}
