import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measureLine } from './measure-line.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-line-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// How soon is the benchmark's to say: a busy machine would be slow, not wrong.
test('on 64 kbit/s with a backlog of hours events and live samples get through, and the backlog goes on', async () => {
  const line = { bps: 64_000, delayMs: 20 }
  const told = await measureLine({ folder, ...line, megabytes: 1, seconds: 15, series: 3_000 })
  expect(told.events.count).toBe(5)
  expect(told.live.count).toBeGreaterThan(0)
  expect(told.backfillSamples).toBeGreaterThan(0)
  // What the line carries is found out, and never thought to be much more.
  expect(told.measuredBytesPerSecond).toBeLessThan(16_000)
}, 240_000)
