import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled } from './bundle.testkit.ts'
import { batchOf, newFolder, outboxIn, takeAll } from './outbox.testkit.ts'

const KILLS = 8
let child: Awaited<ReturnType<typeof bundled>>

beforeAll(async () => {
  child = await bundled('kill.testkit')
})

afterAll(() => child.remove())

test('killed at any moment, nothing that was on disk is lost and nothing is there twice', async () => {
  const folder = newFolder()
  let last = -1
  for (let kill = 0; kill < KILLS; kill++) {
    const running = spawn(process.execPath, [child.program, join(folder, 'outbox.db')])
    let written = ''
    let errors = ''
    running.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    const enough = 20 + kill * 7
    running.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString()
      if (written.split('\n').length > enough) running.kill('SIGKILL')
    })
    await once(running, 'close')
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
