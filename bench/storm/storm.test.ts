import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measureStorm } from './measure-storm.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-storm-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('fifty agents return to a server that was killed, and all are served', async () => {
  const told = await measureStorm({ folder, agents: 50 })
  expect(told.served.count).toBe(50)
  expect(told.serverPeakMegabytes).toBeLessThan(800)
}, 240_000)
