import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { epochMs, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import { MemoryReader } from '../promql/memory-reader.testkit.ts'
import { askOf } from './ask.testkit.ts'
import { type AlertMachine, describeAlert, INACTIVE, nextAlertState, observeAlerts, parseRules } from './rules.ts'

const text = readFileSync(new URL('../../../server/rules/eyenet.yaml', import.meta.url), 'utf8')
const parsed = parseRules({ file: 'eyenet.yaml', text })
const rules = parsed.kind === 'ok' ? parsed.groups.flatMap((group) => group.rules) : []
const MINUTE = 60_000
const own = (name: string, labels: Record<string, string> = {}) => ({
  [METRIC_NAME]: name,
  ...{ site: 's', device: 'd' },
  ...labels,
})
const steady = (value: number, minutes: number): number[] => Array(minutes).fill(value)

/** What is said of the alerts of a rule that fire after so many minutes of samples. */
async function told(name: string, reader: MemoryReader, minutes: number) {
  const rule = rules.find((one) => one.name === name)
  if (rule?.kind !== 'alert') throw new Error(`no rule ${name}`)
  let open: { series: Readonly<Record<string, string>>; state: AlertMachine; value: number }[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const now = epochMs(minute * MINUTE)
    const before = new Map(open.map((one) => [seriesKey(one.series), one]))
    open = (await observeAlerts({ rule, now, ask: askOf(reader, now), open })).flatMap(
      ({ key, series, observation }) => {
        const state = nextAlertState(rule, before.get(key)?.state ?? INACTIVE, { observation, now })
        const value = observation.kind === 'holds' ? observation.value : 0
        return state.kind === 'inactive' || state.kind === 'resolved' ? [] : [{ series, state, value }]
      },
    )
  }
  return open
    .filter(({ state }) => state.kind === 'firing')
    .map(({ series, value }) => describeAlert(rule, { labels: series, value }))
}

test('an anomaly that lasts for an hour is news in the page and sent to nobody; a short one is nothing', async () => {
  const labels = { metric: 'ifHCInOctets', interface: 'ge-1' }
  const lasting = new MemoryReader().add(own('anomaly_active', labels), steady(1, 70))
  expect(await told('AnomalyLasts', lasting, 59)).toEqual([])
  const [alert] = await told('AnomalyLasts', lasting, 70)
  expect(alert?.labels).toMatchObject({ severity: 'info', notify: 'none' })
  expect(alert?.annotations.summary).toBe('ifHCInOctets of d (ge-1) has been unusual for an hour')
  const short = new MemoryReader().add(own('anomaly_active', labels), [...steady(1, 30), ...steady(0, 40)])
  expect(await told('AnomalyLasts', short, 70)).toEqual([])
  const device = new MemoryReader().add(own('anomaly_active'), steady(1, 70))
  expect(await told('AnomalyLasts', device, 70)).toEqual([])
})

test('a device is told of when a fifth of it and three series are unusual, never for one', async () => {
  const reader = (series: number) => {
    const made = new MemoryReader().add(own('anomaly_ratio'), steady(0.25, 30))
    for (let n = 0; n < series; n++) made.add(own('anomaly_active', { metric: `m${n}` }), steady(1, 30))
    return made
  }
  expect(await told('DeviceUnusual', reader(2), 30)).toEqual([])
  const [alert] = await told('DeviceUnusual', reader(3), 30)
  expect(alert).toMatchObject({
    labels: { severity: 'warning' },
    annotations: { summary: '25% of what is measured of d is unusual' },
  })
  expect(alert?.labels).not.toHaveProperty('notify')
})

test('a disk is told of days before it is full, unless that is far from sure', async () => {
  const day = 86_400
  const reader = (upper: number) =>
    new MemoryReader()
      .add(own('forecast_seconds_until_full', { kind: 'storage', storage: '/var' }), steady(3 * day, 70))
      .add(own('forecast_seconds_until_full_upper', { kind: 'storage', storage: '/var' }), steady(upper, 70))
  const [alert] = await told('DiskFillsWithinFourDays', reader(5 * day), 70)
  expect(alert?.annotations.summary).toBe('/var of d will be full in 3d 0h 0m 0s')
  expect(await told('DiskFillsWithinFourDays', reader(300 * day), 70)).toEqual([])
  expect(await told('MemoryFillsWithinFourDays', reader(5 * day), 70)).toEqual([])
})

test('a link that fills within a month is shown, and one of a year is not', async () => {
  const labels = { kind: 'interface', interface: 'ge-1', direction: 'in' }
  const reader = (days: number) =>
    new MemoryReader()
      .add(own('forecast_seconds_until_full', labels), steady(days * 86_400, 70))
      .add(own('forecast_seconds_until_full_upper', labels), steady(days * 86_400 * 2, 70))
  expect(await told('LinkFillsWithinAMonth', reader(20), 70)).toMatchObject([{ labels: { notify: 'none' } }])
  expect(await told('LinkFillsWithinAMonth', reader(300), 70)).toEqual([])
})
