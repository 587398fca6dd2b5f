import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node resolves `graphql` to its CommonJS file for us and our libraries; vite would take the other copy for our files.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-template.ts'],
    pool: 'forks',
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A machine may be busy: what a test waits for is waited for as long as the test may take.
    expect: { poll: { timeout: 15_000 } },
  },
});
