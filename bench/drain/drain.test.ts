import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measureDrain } from './measure-drain.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-drain-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('two agents drain at once, nothing is dropped, and live samples go on', async () => {
  const told = await measureDrain({ folder, agents: 2, minutes: 60, series: 1_500 })
  expect(told).toMatchObject({ samples: 90_000, dropped: 0 })
  expect(told.live.count).toBeGreaterThan(0)
}, 240_000)
