import { createHash } from 'node:crypto';
import { explorerTabs } from './explorer-tabs.ts';

const TOKEN_HERE = 'Bearer your token';

/** @returns GraphiQL with all that it needs in one page, and the policy under which it runs */
export async function renderExplorer(hasLogin: boolean): Promise<{ html: string; policy: string }> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const plain = renderGraphiQL({
    title: 'Carryover',
    favicon: '/icon.svg',
    logo: ' ',
    defaultTabs: [...explorerTabs],
    // Whoever uses this browser later should not find a token.
    shouldPersistHeaders: false,
    method: 'POST',
    ...(hasLogin ? WITH_TOKENS : { subscriptionsProtocol: 'WS' }),
  });
  const html = plain
    .replace('</head>', `<style>${TABS_STAY}</style></head>`)
    .replace('<script>', `<script>${AS_IT_WAS_LEFT}${hasLogin ? ONE_TOKEN_FOR_ALL_TABS : ''}`);
  return { html, policy: policyOf(html) };
}

/** Over its sockets GraphiQL sends no headers, and so no token. */
const WITH_TOKENS = {
  subscriptionsProtocol: 'GRAPHQL_SSE',
  subscriptionsEndpoint: '/graphql/stream',
  defaultHeaders: JSON.stringify({ authorization: TOKEN_HERE }, null, 2),
  defaultEditorToolsVisibility: 'headers',
} as const;

/** GraphiQL's tabs would jump from under the pointer at the first click on each, which then goes to another or to none. */
const TABS_STAY = '.graphiql-tab { transform: none !important }';

/** GraphiQL would add a tab each time it is loaded, for what it last had in its editors and in its address. What it kept may be broken. */
const AS_IT_WAS_LEFT = `try {
  const { tabs = [], activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}');
  for (const part of ['query', 'variables']) {
    localStorage.setItem('graphiql:' + part, tabs[activeTabIndex]?.[part] ?? '');
  }
  const address = new URL(location.href);
  if (tabs.some(({ query }) => query === address.searchParams.get('query'))) {
    address.searchParams.delete('query');
    history.replaceState({}, '', address);
  }
} catch {}
`;

/** What is given in one tab is sent from all, and nowhere kept; the schema, which asks for it too, is fetched once it is there. */
const ONE_TOKEN_FOR_ALL_TABS = `{
  const send = fetch;
  let token;
  globalThis.fetch = (address, options) => {
    const headers = new Headers(options.headers);
    const given = headers.get('authorization');
    if (given && given !== '${TOKEN_HERE}' && given !== token) {
      token = given;
      setTimeout(() => document.querySelector('[aria-label^="Re-fetch"]')?.click());
    }
    if (token) headers.set('authorization', token);
    return send(address, { ...options, headers });
  };
}
`;

/** Looser than the app's, on this page only: its editor makes styles and workers as it goes. Its one script is named by its hash. */
function policyOf(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  return [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
