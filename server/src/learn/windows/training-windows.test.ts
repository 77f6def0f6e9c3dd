import { DeviceId, METRIC_NAME } from '@eyenet/shared/identity'
import { compileMatchers, type Selection, type SeriesSamples } from '@eyenet/shared/promql'
import { afterEach, expect, test } from 'vitest'
import { openDatabase } from '../../db/db.ts'
import { START } from '../learn.testkit.ts'
import { loadPastEvents, PastEvents } from './past-events.ts'
import { trainingWindows } from './training-windows.ts'

const DEVICE = DeviceId.parse('0190bbbb-0000-7000-8000-000000000001')
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Each metric with so many series of twenty samples. */
function storeOf(metrics: Readonly<Record<string, number>>) {
  const all: SeriesSamples[] = Object.entries(metrics).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, n) => ({
      labels: { [METRIC_NAME]: name, device: `d${n}` },
      times: Float64Array.from({ length: 20 }, (_each, at) => START + at * 60_000),
      values: Float64Array.from({ length: 20 }, (_each, at) => at),
    })),
  )
  const matching = ({ matchers }: Selection) => {
    const fits = compileMatchers(matchers)
    return all.filter(({ labels }) => fits(labels))
  }
  return {
    select: async (selection: Selection) => matching(selection),
    series: async (selection: Selection) => matching(selection).map(({ labels }) => labels),
    labelValues: async (_name: string, selection: Selection) => [
      ...new Set(matching(selection).map(({ labels }) => labels[METRIC_NAME] ?? '')),
    ],
  }
}

const wanted = { from: START, to: START, onProgress: () => {} }

test('of too many series some of each metric are learnt from, the same ones each time', async () => {
  const store = storeOf({ icmp_rtt_seconds: 50, device_cpu_ratio: 50, device_info: 50, anomaly_score: 50 })
  const read = () => trainingWindows({ store, events: new PastEvents() }, { ...wanted, maxSeries: 10 })
  const { series, leftOut } = await read()
  const names = series.map(({ key }) => (key.includes('icmp_rtt_seconds') ? 'rtt' : 'cpu'))
  expect(names.filter((name) => name === 'rtt').length).toBe(5)
  expect(names.filter((name) => name === 'cpu').length).toBe(5)
  // Info metrics and verdicts are not judged, so that they are not left out either.
  expect(leftOut).toBe(90)
  expect((await read()).series.map(({ key }) => key)).toEqual(series.map(({ key }) => key))
})

test('a reading that is stopped stops', async () => {
  const store = storeOf({ icmp_rtt_seconds: 50 })
  const stopped = trainingWindows(
    { store, events: new PastEvents() },
    {
      ...{ ...wanted, maxSeries: 10 },
      onProgress: (share) => {
        if (share > 0.5) throw new Error('stopped')
      },
    },
  )
  await expect(stopped).rejects.toThrow('stopped')
})

test('alerts of the device or interface, and what people said of the series, come with it', async () => {
  const db = await openDatabase(':memory:')
  closing.push(() => db.destroy())
  const alert = {
    ...{ rule_group: 'g', rule: 'r', severity: 'critical', state: 'resolved', machine: '{}', annotations: '{}' },
    ...{ started_at: 10, fired_at: 11, ended_at: 20, since: 20, labels: '{}', device: DEVICE, device_name: null },
    ...{ value: '1', expr: 'e', ack_by: null, ack_at: null, ack_comment: null, found_late_at: null },
  } as const
  const rows = [
    { ...alert, id: 'a', fingerprint: 'a', interface: null },
    { ...alert, id: 'b', fingerprint: 'b', interface: 'eth0' },
    { ...alert, id: 'c', fingerprint: 'c', interface: null, fired_at: null },
    { ...alert, id: 'd', fingerprint: 'd', interface: null, ended_at: 4 },
  ]
  for (const row of rows)
    await db
      .insertInto('alerts')
      .values(row as never)
      .execute()
  const labels = { [METRIC_NAME]: 'ifHCInOctets', device: DEVICE, interface: 'eth1' }
  const said = { device: DEVICE, labels, from: 5, to: 6, kind: 'expected', reason: 'above', at: 7 } as never
  const events = await loadPastEvents({ db, feedbackFor: async () => [said] }, { from: 5 as never, to: 100 as never })
  expect(events.of(labels)).toEqual({
    incidents: [{ from: 10, to: 20 }],
    feedback: [{ from: 5, to: 6, kind: 'expected' }],
  })
  expect(events.of({ ...labels, interface: 'eth0' })).toMatchObject({ feedback: [] })
  expect(events.of({ ...labels, interface: 'eth0' }).incidents).toHaveLength(2)
  expect(events.of({ [METRIC_NAME]: 'up', device: 'other' })).toEqual({ incidents: [], feedback: [] })
})
