import { defineConfig } from 'vitest/config';

/** For what hangs. What takes its time, as a page in a browser of a busy machine, is to be waited for. */
const timeout = 120_000;

export default defineConfig({
  // Node resolves `graphql` to its CommonJS file for us and our libraries; vite would take the other copy for our files.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // CI runs all there is, the built server too.
    globalSetup: ['test/support/postgres-template.ts', ...(process.env.CI ? ['test/support/build-first.ts'] : [])],
    pool: 'forks',
    isolate: false,
    testTimeout: timeout,
    hookTimeout: timeout,
    // A machine may be busy: what a test waits for is waited for as long as the test may take.
    expect: { poll: { timeout: 15_000 } },
  },
});
