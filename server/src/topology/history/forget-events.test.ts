import type { TopologyEvent } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../../db/db.ts'
import { forgetOld, forgetOverShare } from './forget-events.ts'
import { at, idOf } from './history.testkit.ts'
import { HistoryRecords } from './history-records.ts'
import { NOTHING_REMEMBERED } from './remembered.ts'

let db: ControlDb
beforeEach(async () => {
  db = await openDatabase(':memory:')
})
afterEach(() => db.destroy())

/** Events of these devices in turn, one a minute. */
async function store(devices: readonly string[]): Promise<void> {
  const events = devices.map((name, n): TopologyEvent => {
    const node = { id: name, kind: 'heard', name, role: 'unknown', place: '' } as const
    return { seq: n + 1, at: at(n), kind: 'node-added', text: '', cause: '', devices: [idOf(name)], node }
  })
  const graph = { ...NOTHING_REMEMBERED.graph, at: at(0), seq: devices.length }
  await new HistoryRecords(db).append(events, { ...NOTHING_REMEMBERED, graph })
}

const seqs = async () =>
  (await db.selectFrom('topology_events').select('seq').orderBy('seq').execute()).map((r) => r.seq)

test('where there are too many events, the oldest of the device that has more than its share go', async () => {
  await store(Array.from({ length: 130 }, (_, n) => (n % 10 === 9 ? 'B' : 'A')))
  const kinds = { kinds: ['endpoint-new'], op: 'not in', max: 100 } as const
  expect(await forgetOverShare(db, kinds)).toBe(30)
  const left = await seqs()
  expect(left).toHaveLength(100)
  expect(left.filter((seq) => seq % 10 === 0)).toHaveLength(13)
  expect(left.find((seq) => seq % 10 !== 0)).toBe(34)
  expect(await forgetOverShare(db, kinds)).toBe(0)
})

test('a clock that jumps more than a year ahead empties no history', async () => {
  await store(Array.from({ length: 2_500 }, () => 'A'))
  await forgetOld(db, epochMs(at(0) + 400 * 24 * 3_600_000))
  expect((await seqs()).at(0)).toBe(2_001)
  expect(await seqs()).toHaveLength(500)
})
