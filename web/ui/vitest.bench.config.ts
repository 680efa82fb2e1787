import { defineConfig } from 'vitest/config';

// Measures the page in a browser; not part of the tests, as figures depend on the machine.
export default defineConfig({
  test: { include: ['tests/bench/**/*.bench.ts'], environment: 'node', testTimeout: 900_000, hookTimeout: 300_000 },
});
