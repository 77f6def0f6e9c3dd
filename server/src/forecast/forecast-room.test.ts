import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeviceId, type EpochMs, epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { appendPoints, openStore } from '../store/store.ts'
import { type ForecastOptions, openForecasts } from './forecast.ts'
import { LONGEST_SECONDS } from './until-full.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 5, 1)
const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const GONE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12')
const logger = pino({ level: 'silent' })
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A site of ten days: a disk that grows by 2 % a day, one that stands, a link that fills, a disk of a device that is gone. */
async function siteWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-forecast-'))
  ends.push(async () => rmSync(folder, { recursive: true, force: true }))
  const clock: { now: EpochMs } = { now: epochMs(START + 10 * DAY + 2 * HOUR) }
  const store = await openStore({ folder, logger, clock: { now: () => clock.now } })
  ends.push(() => store.close())
  const own = { site: 'hq', device: CORE }
  const points = []
  for (let hour = 0; hour <= 10 * 24 + 1; hour++) {
    const at = epochMs(START + hour * HOUR)
    const day = hour / 24
    const add = (name: string, labels: object, value: number) =>
      points.push({ labels: { [METRIC_NAME]: name, ...own, ...labels }, at, value })
    add('device_storage_used_bytes', { storage: '/var' }, (0.5 + 0.02 * day) * 1e9)
    add('device_storage_total_bytes', { storage: '/var' }, 1e9)
    add('device_storage_used_ratio', { storage: '/boot' }, 0.3)
    add('device_storage_used_ratio', { storage: '/old', device: GONE }, 0.5 + 0.03 * day)
    add('ifSpeed', { interface: 'ge-1' }, 1e6)
    for (const minute of [0, 20, 40]) {
      const hours = hour + minute / 60
      // Half of its speed, and 4 % more each day.
      const octets = 4.5e8 * (0.5 * hours + (0.04 * hours ** 2) / 48)
      points.push({
        labels: { [METRIC_NAME]: 'ifHCInOctets', ...own, interface: 'ge-1' },
        at: epochMs(at + minute * 60_000),
        value: octets,
      })
    }
  }
  await appendPoints(store, points)
  const open = (of: ForecastOptions['store'] = store) =>
    openForecasts({
      ...{ store: of, logger, now: () => clock.now, workByItself: false },
      deviceName: (device) => (device === CORE ? 'core' : undefined),
    })
  const value = async (expr: string) => {
    const { result } = await store.query({
      ...{ expr: parseQuery(expr), start: clock.now, end: clock.now, step: 0, timeoutMs: 5_000 },
    })
    return result.kind === 'vector' ? result.samples.map((one) => one.value) : []
  }
  /** Until all days are written. */
  const settle = async (room: ReturnType<typeof open>) => {
    for (let n = 0; n < 8; n++) await room.work()
  }
  return { clock, store, open, value, settle }
}

test('a disk that grows is told to be full when it will be, as a metric and in the list, soonest first', async () => {
  const { open, settle, value, clock } = await siteWorld()
  const room = open()
  expect(room.untilFull({ limit: 10 })).toEqual({ items: [], total: 0 })
  await settle(room)
  const { items, at } = room.untilFull({ limit: 10 })
  expect(at).toBe(clock.now)
  expect(items[0]).toMatchObject({ kind: 'interface', name: 'ge-1', direction: 'in', deviceName: 'core', site: 'hq' })
  expect(items[1]).toMatchObject({ kind: 'storage', name: '/var', days: 11 })
  expect(items[1]?.growthPerDay).toBeCloseTo(0.02, 6)
  expect((items[1]?.seconds ?? 0) / 86_400).toBeCloseTo(15 - 2 / 24, 1)
  expect(items.map(({ name }) => name)).toEqual(['ge-1', '/var'])
  expect(room.untilFull({ limit: 1, kind: 'storage' })).toMatchObject({ total: 1, items: [{ name: '/var' }] })
  const days = (await value('forecast_seconds_until_full{kind="storage",storage="/var"} / 86400'))[0]
  expect(days).toBeCloseTo(15 - 2 / 24, 1)
  expect(await value('forecast_seconds_until_full{storage="/boot"}')).toEqual([LONGEST_SECONDS])
  expect(await value(`forecast_seconds_until_full{device="${GONE}"}`)).toEqual([])
  expect(
    await value('forecast_seconds_until_full_lower{storage="/var"} > ignoring() forecast_seconds_until_full_upper'),
  ).toEqual([])
})

test('between two times of working it out, what is left shrinks as time goes by', async () => {
  const { open, settle, value, clock } = await siteWorld()
  const room = open()
  await settle(room)
  const [before = 0] = await value('forecast_seconds_until_full{storage="/var"}')
  clock.now = epochMs(clock.now + 600_000)
  await room.work()
  const [after = 0] = await value('forecast_seconds_until_full{storage="/var"}')
  expect(before - after).toBeCloseTo(600, 0)
})

test('killed while it writes days, the next one goes on and no day is missing or twice', async () => {
  const { store, open, settle, value } = await siteWorld()
  const read = (): Promise<number[]> =>
    value('sum by (storage) (count_over_time(forecast_used_ratio{storage="/var"}[30d]))')
  let writes = 0
  for (let kill = 0; kill < 5; kill++) {
    const dying: ForecastOptions['store'] = {
      ...{ query: (ask) => store.query(ask), select: (of) => store.select(of), intern: (of) => store.intern(of) },
      ...{ series: (of) => store.series(of) },
      append: async (batch) => {
        const outcome = await store.append(batch)
        writes += 1
        if (writes % 2 === kill % 2) throw new Error('killed')
        return outcome
      },
    }
    await open(dying)
      .work()
      .catch(() => {})
  }
  await settle(open())
  expect(await read()).toEqual([11])
})
