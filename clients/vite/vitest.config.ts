import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real dev servers start here; on a busy machine one start alone may take seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
