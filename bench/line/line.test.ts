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

// The times are those of the line, which carries 8,000 bytes a second however busy this machine is.
test('on 64 kbit/s with a backlog of hours an event arrives within 2 s and live samples within 10 s', async () => {
  const line = { bps: 64_000, delayMs: 20 }
  const told = await measureLine({ folder, ...line, megabytes: 1, seconds: 15, series: 3_000 })
  expect(told.events.count).toBe(5)
  expect(told.events.most).toBeLessThan(2)
  expect(told.live.most).toBeLessThan(10)
  expect(told.late).toBe(0)
  // Beside them the backlog goes on, and what the line carries is found out.
  expect(told.backfillSamples).toBeGreaterThan(5_000)
  expect(told.measuredBytesPerSecond).toBeGreaterThan(4_000)
  expect(told.measuredBytesPerSecond).toBeLessThan(12_000)
}, 120_000)
