import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeviceId } from '@eyenet/shared/identity'
import { REASON } from '@eyenet/shared/judge'
import pino from 'pino'
import { expect, test } from 'vitest'
import { anomalyEvent, type Found } from './anomaly-event.ts'
import { DetectFile } from './detect-file.ts'
import { readVerdicts } from './recent-verdicts.ts'

const device = DeviceId.parse(randomUUID())
const found = (score: number, sinceMs: number, more: Partial<Found> = {}) =>
  anomalyEvent({
    ...{ phase: 'began', atMs: sinceMs, sinceMs, device, score, reason: REASON.above, value: 812, low: 90, high: 240 },
    ...{ detail: Number.NaN, labels: { __name__: 'ifHCInOctets', site: 'hq', device, interface: 'eth0' }, ...more },
  })

test('recent verdicts are read beside a running agent: those that last first, then the strongest', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'eyenet-verdicts-')), 'detect.db')
  const file = new DetectFile(path, { logger: pino({ level: 'silent' }), maxRows: 10 })
  file.note([found(0.6, 1_000), found(0.9, 2_000), found(0.7, 3_000), found(0.8, 4_000, { isShadow: true })])
  file.note([found(0.1, 2_000, { phase: 'ended', atMs: 9_000 })])
  const models = [{ id: 'm-1', mode: 'live', state: 'running' }] as const
  file.noteModels(models)
  expect(readVerdicts(path, { fromMs: 0, limit: 1, withShadow: false }).models).toEqual(models)
  const read = (fromMs: number, withShadow = false) => readVerdicts(path, { fromMs, limit: 10, withShadow }).verdicts
  expect(read(0).map(({ score, endedMs }) => [score, endedMs])).toEqual([
    [0.7, null],
    [0.6, null],
    [0.9, 9_000],
  ])
  expect(read(0)[0]).toMatchObject({
    series: 'ifHCInOctets{interface="eth0"}',
    sentence: 'above the usual range for this hour: 812 where 90 to 240 is usual',
  })
  expect(read(2_500).map(({ sinceMs }) => sinceMs)).toEqual([3_000, 1_000])
  expect(read(0, true).some(({ shadow }) => shadow)).toBe(true)
  file.close()
  expect(() => readVerdicts(`${path}.none`, { fromMs: 0, limit: 1, withShadow: false })).toThrow(/has not judged/)
})
