import { defineConfig } from 'vitest/config';

// One browser and one server are shared by all steps, so files run one by one.
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    // Maps are drawn in software here, which takes seconds on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
