import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The slow suites: each file starts the whole product as a person would, so they run one after the other.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
