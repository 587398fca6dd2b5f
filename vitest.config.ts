import { defineConfig } from 'vitest/config';

/** PostgreSQL makes sure of each commit on disk, and has a machine to share with the tests. */
const timeout = process.env.TEST_DATABASE_URL ? 60_000 : 20_000;

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
