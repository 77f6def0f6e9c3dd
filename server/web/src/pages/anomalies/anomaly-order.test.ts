import type { Anomaly } from '@eyenet/shared/api'
import { DeviceId, epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { anomaly, B, uuid } from './anomaly.testkit.ts'
import { filterAnomalies, filterOf } from './anomaly-filter.ts'
import { compareAnomalies, groupedItems } from './anomaly-order.ts'

const onB = { device: DeviceId.parse(B) }

test('devices come by their strongest series, and the device as a whole leads its own', () => {
  const { series: _series, ...whole } = anomaly(5, { ...onB, score: 0.7 })
  const all = [anomaly(1, { score: 0.8 }), whole, anomaly(3, { ...onB, score: 0.95 }), anomaly(4, { score: 0.9 })]
  expect(groupedItems(all, 'device').map(({ kind, id }) => (kind === 'anomaly' ? id : kind))).toEqual([
    ...['device', uuid(5), uuid(3)],
    ...['device', uuid(4), uuid(1)],
  ])
})

test('what began within minutes is one moment, the newest moment first', () => {
  const at = (minutes: number): Partial<Anomaly> => ({ since: epochMs(minutes * 60_000) })
  const all = [
    anomaly(1, at(10)),
    anomaly(2, { ...at(14), ...onB, score: 0.9 }),
    anomaly(3, at(60)),
    anomaly(4, at(18)),
  ]
  const items = groupedItems(all, 'time')
  expect(items.map(({ kind, id }) => (kind === 'anomaly' ? id : kind))).toEqual([
    ...['moment', uuid(3)],
    ...['moment', uuid(2), uuid(4), uuid(1)],
  ])
})

test('a group keeps its key while anomalies come and go in it, so that it keeps its place', () => {
  const [first, second] = [groupedItems([anomaly(1)], 'device'), groupedItems([anomaly(1), anomaly(2)], 'device')]
  expect(first[0]?.id).toBe(second[0]?.id)
})

test('equal ones are the newest first, and the order is the same whatever it was before', () => {
  const all = [anomaly(1), anomaly(3), anomaly(2)]
  expect([...all].sort(compareAnomalies).map(({ id }) => id)).toEqual([uuid(3), uuid(2), uuid(1)])
})

test('a filter in the address finds by device, reason, strength and words; nonsense in it asks for all', () => {
  const all = [anomaly(1, { score: 0.95 }), anomaly(2, { reason: 'flat', score: 0.95 }), anomaly(3), anomaly(4, onB)]
  const found = (search: string): readonly string[] =>
    filterAnomalies(all, filterOf(new URLSearchParams(search))).map(({ id }) => id)
  expect(found(`device=${B}`)).toEqual([uuid(4)])
  expect(found('reason=above&min=0.9')).toEqual([uuid(1)])
  expect(found('q=flat+latency')).toEqual([uuid(2)])
  expect(found('min=loud')).toHaveLength(4)
})
