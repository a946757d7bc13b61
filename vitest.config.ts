import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Loading the product takes longer than most files take: a worker loads it once. What a test file needs of its own
    // is a fixture of that file (`server/testing/test.ts`), never a constant of a module.
    isolate: false,
    // A limit against hanging, not a measure of speed: the machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'privacy-engine', root: 'privacy-engine', include: ['**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'server',
          root: 'server',
          include: ['**/*.test.ts'],
          globalSetup: [fileURLToPath(new URL('server/testing/global-setup.ts', import.meta.url))],
        },
      },
      {
        extends: true,
        test: { name: 'scripts', root: 'scripts', include: ['**/*.test.mjs'] },
      },
      {
        extends: true,
        test: { name: 'console', root: 'console', include: ['src/**/*.test.ts'] },
      },
    ],
  },
});
