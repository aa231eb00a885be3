import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One graphql: what is transformed here would take its .mjs files, and what node_modules loads its .js files.
  resolve: { alias: [{ find: /^graphql$/u, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/no-places-in-logs.ts'],
    globalSetup: ['test/support/services/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
