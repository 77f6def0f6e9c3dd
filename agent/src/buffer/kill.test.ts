import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchOf, newFolder, outboxIn, takeAll } from './outbox.testkit.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const KILLS = 8
let bundle: string

// Inside the checkout, so that the child finds better-sqlite3.
beforeAll(async () => {
  bundle = mkdtempSync(join(ROOT, 'node_modules', '.eyenet-kill-'))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^@eyenet\/shared\/(.+)$/, replacement: `${ROOT}/shared/src/$1/$1.ts` }] },
    build: { ssr: join(ROOT, 'agent/src/buffer/kill.testkit.ts'), outDir: bundle, emptyOutDir: true },
  })
})

afterAll(() => rmSync(bundle, { recursive: true, force: true }))

test('killed at any moment, nothing that was on disk is lost and nothing is there twice', async () => {
  const folder = newFolder()
  let last = -1
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [join(bundle, 'kill.testkit.js'), join(folder, 'outbox.db')])
    let written = ''
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    const enough = 20 + kill * 7
    child.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString()
      if (written.split('\n').length > enough) child.kill('SIGKILL')
    })
    await once(child, 'close')
    expect(errors).toBe('')
    last = Math.max(last, ...written.split('\n').slice(0, -1).map(Number))
  }
  const outbox = outboxIn(folder)
  const seen = new Set<string>()
  let samples = 0
  for (const message of takeAll(outbox)) {
    const batch = batchOf(message)
    samples += batch.ids.length
    for (const [at, id] of batch.ids.entries()) seen.add(`${id} ${batch.times[at]}`)
  }
  outbox.close()
  expect(seen.size).toBe(samples)
  // The one under way at the last kill may be there or not.
  expect([(last + 1) * 100, (last + 2) * 100]).toContain(samples)
})
