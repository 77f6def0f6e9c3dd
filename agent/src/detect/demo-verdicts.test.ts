import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { AnomalyConfig } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import {
  createSite,
  DEMO_FAULTS,
  demoSite,
  type FaultScript,
  madePast,
  NO_FAULTS,
  type SiteReading,
  siteReadings,
} from '../simulate/simulate.ts'
import { FakeOutbox } from './detector.testkit.ts'
import { Detector } from './detector.ts'

/** A Monday at six in the morning (UTC): everything rises from here. */
const MONDAY_MORNING = Date.UTC(2026, 2, 2, 6)
const WATCHED = ['core-1', 'router-1', 'server-1', 'dist-2']
const SECOND = 1_000

let detector: Detector | undefined
afterEach(() => detector?.close())

type Run = {
  readonly intervalMs: number
  readonly minutes: number
  readonly faults: FaultScript
  readonly alarmsPerMonth?: number
}

/** Devices of the demonstration as an agent judges them from its start on: what began, after how many seconds. */
async function demonstration({ intervalMs, minutes, faults, alarmsPerMonth }: Run) {
  const about = { seed: 1, startedAt: MONDAY_MORNING, community: '', addressOf: () => '', faults }
  const readings = [...siteReadings(createSite(demoSite(about))).values()].filter((one) =>
    WATCHED.includes(one.deviceName),
  )
  const outbox = new FakeOutbox()
  const clock = new FakeClock(MONDAY_MORNING)
  const dataDir = mkdtempSync(join(tmpdir(), 'eyenet-demo-'))
  const judging = new Detector({
    ...{ dataDir, outbox, clock, shippedModel: join(dataDir, 'none.onnx'), labels: { site: 'lab', agent: 'a' } },
    ...{ logger: pino({ level: 'silent' }), settings: AnomalyConfig.parse({ alarmsPerMonth }) },
    ...{ vouch: () => Promise.reject(new Error('no model is sent')), onModels: () => {} },
    past: madePast({ seed: 1, startedAt: MONDAY_MORNING, days: 14, intervalMs }),
  })
  detector = judging
  const ids = readings.map(({ labels }) => outbox.seriesId({ site: 'lab', ...labels }))
  for (let now = MONDAY_MORNING; now < MONDAY_MORNING + minutes * 60 * SECOND; now += intervalMs) {
    judging.take([{ time: epochMs(now), ids, values: readings.map((one) => one.read(now)) }])
    await judging.settled()
    await clock.advance(intervalMs)
  }
  return outbox.anomalies
    .filter((one) => one.phase === 'began' && one.series !== undefined)
    .map((one) => ({
      second: (one.since - MONDAY_MORNING) / SECOND,
      where: `${deviceOf(readings, one.device)} ${one.interface ?? JSON.stringify(one.series?.labels)}`,
      metric: one.series?.name ?? '',
      sentence: one.sentence,
    }))
}

function deviceOf(readings: readonly SiteReading[], id: string): string {
  return readings.find(({ labels }) => labels.device === id)?.deviceName ?? id
}

/** When a fault of the demonstration begins, in seconds. */
function startOf(kind: string, device: string): number {
  const fault = DEMO_FAULTS.faults.find((one) => one.kind === kind && one.device === device)
  if (fault === undefined) throw new Error(`no ${kind} at ${device}`)
  return fault.at / SECOND
}

test('a surge and a port that stalls are flagged within three ticks of the demonstration, and what they do not touch is not', {
  timeout: 240_000,
}, async () => {
  const began = await demonstration({ intervalMs: 10 * SECOND, minutes: 6, faults: DEMO_FAULTS })
  const [surge, stall] = [startOf('surge', 'router-1'), startOf('stall', 'core-1')]
  const flagged = (where: string, metric: string, from: number) =>
    began.some((one) => one.where === where && one.metric === metric && one.second >= from && one.second <= from + 30)
  expect(flagged('router-1 ether1', 'ifHCInOctets', surge)).toBe(true)
  for (const metric of ['ifHCInOctets', 'ifHCOutOctets']) {
    expect(flagged('core-1 Ethernet5', metric, stall)).toBe(true)
    expect(flagged('server-1 eth0', metric, stall)).toBe(true)
  }
  const touched = ['router-1 ether1', 'core-1 Ethernet5', 'server-1 eth0']
  expect(began.filter(({ where }) => !touched.includes(where))).toEqual([])
})

test('a normal Monday morning after two made weeks is not flagged', { timeout: 240_000 }, async () => {
  expect(
    await demonstration({ intervalMs: 300 * SECOND, minutes: 300, faults: NO_FAULTS, alarmsPerMonth: 0.1 }),
  ).toEqual([])
})
