import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** The server whose API the app in development speaks to. */
const SERVER = process.env.CARRYOVER_URL ?? 'http://127.0.0.1:4000';
const passedOn = { target: SERVER, ws: true };

const SHARED = /node_modules|web\/src\/(parts|shell|sign-in)|\/client\//;
/** Loaded when it is asked for. */
const LATER = new RegExp(
  [
    'node_modules/graphql-sse',
    'client/apollo/create-stream',
    'parts/(confirm|copy-button|dialog|score|search-field|switch)',
    'shell/(palette|shortcuts)',
    'sign-in/sign-in-dialog',
  ].join('|'),
);
const isOfEveryPage = (file: string): boolean => SHARED.test(file) && !LATER.test(file);

/** The web app: `npm run build` puts it where the server finds it. */
export default defineConfig({
  plugins: [react(), precompress()],
  // RxJS, which Apollo Client brings along, is smaller in the language of today.
  resolve: { conditions: ['es2015', ...defaultClientConditions] },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first load is held to its size by a test; what is loaded later may be large.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // What every page needs is one file, not twenty.
      output: { codeSplitting: { groups: [{ name: 'base', test: isOfEveryPage }] } },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // /documents is a page and the address that files go to.
    proxy: {
      '/graphql': passedOn,
      '/export': passedOn,
      '/documents': { ...passedOn, bypass: ({ method, url }) => (method === 'GET' ? url : undefined) },
    },
  },
});
