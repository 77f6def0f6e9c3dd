import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: { alias: [{ find: /^@eyenet\/shared\/(.+)$/, replacement: `${root}shared/src/$1/$1.ts` }] },
  test: {
    include: ['{shared,agent,server}/**/*.test.{ts,tsx}', 'install/**/*.test.{ts,mjs}', 'bench/**/*.test.{ts,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Most of the time is spent waiting for real processes: more files than cores at a time.
    maxWorkers: 3,
    // What is tested is no time: a busy machine is only slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    setupFiles: [`${root}install/patience.mjs`],
    expect: { poll: { timeout: 120_000 } },
  },
})
