import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentId, DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { openDatabase } from '../db/db.ts'
import { openStore } from '../store/store.ts'
import { openAlerting } from './alerting.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 5, 1)
const at = (minute: number): EpochMs => epochMs(START + minute * MINUTE)
const CORE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const OTHER = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12')
const AGENT = AgentId.parse('0190aaaa-0000-7000-8000-000000000001')
const RULES = `
groups:
  - name: availability
    interval: 30s
    rules:
      - alert: DeviceDown
        expr: device_up == 0
        for: 2m
        labels: { severity: critical }
        annotations: { summary: '{{ $labels.device }} does not answer' }
`
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function world() {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-late-alerts-'))
  const rules = join(folder, 'rules.yaml')
  writeFileSync(rules, RULES)
  const logger = pino({ level: 'silent' })
  const clock = { now: at(0) }
  const now = () => clock.now
  const db = await openDatabase(':memory:')
  closing.push(() => db.destroy())
  const store = await openStore({ folder: join(folder, 'store'), logger, clock: { now } })
  closing.push(() => store.close())
  const room = await openAlerting({
    ...{ db, store, logger, now, shippedRules: rules, publicUrl: 'http://eyenet.example.net' },
    settings: {
      ...{ evaluationInterval: '30s', shippedRules: true, ruleFiles: [] },
      webhooks: [{ name: 'hook', url: 'http://127.0.0.1:9/' }],
    },
    deviceName: () => 'core-1',
    agentName: () => undefined,
    onCounts: () => {},
    evaluateByItself: false,
  })
  closing.push(() => room.close())
  /** What the device said each minute from `from` on. */
  const arrive = async (device: DeviceId, from: number, ups: readonly number[]): Promise<void> => {
    const [ref = 0] = await store.intern([{ __name__: 'device_up', site: 'home', device }])
    const times = Float64Array.from(ups, (_, minute) => at(from + minute))
    await store.append({ refs: new Int32Array(ups.length).fill(ref), times, values: Float64Array.from(ups) })
  }
  const live = async (from: number, to: number): Promise<void> => {
    for (let minute = from; minute <= to; minute += 0.5) {
      clock.now = at(minute)
      await room.evaluateDue(clock.now)
    }
  }
  const late = (from: number, to: number) => {
    return room.lateArrived({ agent: AGENT, devices: [CORE], from: at(from), to: at(to) })
  }
  const history = async () => (await room.history({ state: 'all', limit: 10 })).items
  return { db, clock, room, arrive, live, late, history }
}

const UP = [1, 1, 1, 1, 1]
const DOWN = [0, 0, 0, 0, 0]

test('an outage that is over is found in late data, with its own times, and nobody is told', async () => {
  const one = await world()
  one.clock.now = at(60)
  await one.arrive(CORE, 10, [...UP, ...DOWN, ...UP])
  await one.late(10, 24)
  const [alert, ...more] = await one.history()
  expect(more).toEqual([])
  expect(alert).toMatchObject({
    ...{ rule: 'DeviceDown', severity: 'critical', state: 'resolved', device: CORE, foundLateAt: at(60) },
    ...{ startedAt: at(15), firedAt: at(17), endedAt: at(20), notifications: [] },
    annotations: { summary: 'core-1 does not answer' },
  })
  expect(alert?.timeline.at(-1)?.what).toBe('found in data that came late; nobody was told')
  expect(await one.db.selectFrom('notifications').selectAll().execute()).toEqual([])
})

test('the same late data looked at twice are one alert', async () => {
  const one = await world()
  one.clock.now = at(60)
  await one.arrive(CORE, 10, [...UP, ...DOWN, ...UP])
  await one.late(10, 24)
  await one.late(10, 24)
  expect(await one.history()).toHaveLength(1)
})

test('an outage shorter than `for`, and one of a device that is not late, leave nothing', async () => {
  const one = await world()
  one.clock.now = at(60)
  await one.arrive(CORE, 10, [1, 1, 0, 1, 1])
  await one.arrive(OTHER, 10, [...UP, ...DOWN, ...UP])
  await one.late(10, 24)
  expect(await one.history()).toEqual([])
})

test('an alert that was open when the line was cut is not found a second time', async () => {
  const one = await world()
  await one.arrive(CORE, 0, DOWN)
  await one.live(0, 20)
  expect((await one.history()).map(({ state }) => state)).toEqual(['unknown'])
  await one.arrive(CORE, 5, [...DOWN, ...UP, ...UP])
  one.clock.now = at(20)
  await one.late(5, 19)
  await one.live(20.5, 21)
  expect((await one.history()).map(({ state, foundLateAt }) => [state, foundLateAt])).toEqual([['resolved', undefined]])
})

test('what still holds at the end is left to the evaluation of the present, which tells people', async () => {
  const one = await world()
  one.clock.now = at(25)
  await one.arrive(CORE, 10, [...UP, ...DOWN, ...DOWN, ...DOWN, 0])
  await one.late(10, 25)
  expect(await one.history()).toEqual([])
  await one.live(25.5, 28)
  const [alert] = await one.history()
  expect(alert).toMatchObject({ state: 'firing', notifications: [{ change: 'firing' }] })
})

test('an outage that lies across two parts of a backlog is one alert, from its beginning to its end', async () => {
  const one = await world()
  one.clock.now = at(60)
  await one.arrive(CORE, 10, [...UP, ...DOWN])
  await one.late(10, 19)
  expect(await one.history()).toEqual([])
  await one.arrive(CORE, 20, [...DOWN, ...UP])
  await one.late(20, 29)
  expect(await one.history()).toMatchObject([{ startedAt: at(15), endedAt: at(25) }])
})
