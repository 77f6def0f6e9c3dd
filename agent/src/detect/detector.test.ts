import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnomalyConfig } from '@eyenet/shared/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { DetectedDevice, MINUTE, MONDAY, newSigner, type Signer, seeded } from './detector.testkit.ts'

let signer: Signer
let world: DetectedDevice

beforeAll(async () => {
  signer = await newSigner()
})
afterEach(() => world.close())

const DAYS = 3
const TICKS = (DAYS * 86_400_000) / MINUTE

/** A day with a busy noon, and some noise; percent. */
function usual(tick: number, random: () => number): number {
  return 40 + 20 * Math.sin((tick * MINUTE * 2 * Math.PI) / 86_400_000) + 6 * (random() - 0.5)
}

/** Lets a device be as usual for some days; the tick that comes next. */
async function primed(one: DetectedDevice, random: () => number): Promise<number> {
  for (let tick = 0; tick < TICKS; tick++) {
    await one.poll(MONDAY + tick * MINUTE, {
      device_cpu_ratio: usual(tick, random) / 100,
      icmp_rtt_seconds: (5 + random()) / 1_000,
    })
  }
  return TICKS
}

test('a surge is flagged within three ticks of a primed state, and told once with a sentence', async () => {
  world = new DetectedDevice({ signer })
  const random = seeded(1)
  const from = await primed(world, random)
  const before = world.outbox.anomalies.length
  for (let tick = from; tick < from + 3; tick++) {
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio: 500, icmp_rtt_seconds: 50 })
  }
  const told = world.outbox.anomalies.slice(before).filter(({ series }) => series !== undefined)
  expect(told.map(({ series, phase, device }) => [series?.name, phase, device]).sort()).toEqual([
    ['device_cpu_ratio', 'began', world.device],
    ['icmp_rtt_seconds', 'began', world.device],
  ])
  expect(told.map(({ sentence }) => sentence).join('\n')).toMatch(/above the usual range|level shift up/)
  expect(world.outbox.values('anomaly_active').filter((value) => value === 1).length).toBeGreaterThan(0)
  expect(Math.max(...world.outbox.values('anomaly_ratio'))).toBe(1)
})

test('processors that are busy and a line that goes flat are flagged within three ticks', async () => {
  world = new DetectedDevice({ signer })
  const from = await primed(world, seeded(5))
  const before = world.outbox.anomalies.length
  for (let tick = from; tick < from + 3; tick++) {
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio: 0.99, icmp_rtt_seconds: 0.0055 })
  }
  const told = world.outbox.anomalies.slice(before).filter(({ series }) => series !== undefined)
  expect(told.map(({ series, reason }) => [series?.name, reason]).sort()).toEqual([
    ['device_cpu_ratio', 'above'],
    ['icmp_rtt_seconds', 'flat'],
  ])
})

test('after a restart what was learnt is known, and verdicts that lasted end under the names of their beginning', async () => {
  world = new DetectedDevice({ signer })
  const random = seeded(2)
  const from = await primed(world, random)
  const names = () => world.outbox.anomalies.map(({ since, series }) => `${series?.name} ${since}`).sort()
  const before = names()
  await world.poll(MONDAY + from * MINUTE, { device_cpu_ratio: 500, icmp_rtt_seconds: 50 })
  const began = names().filter((name) => !before.includes(name))
  expect(began).toContain(`device_cpu_ratio ${MONDAY + from * MINUTE}`)
  expect(began).toContain(`icmp_rtt_seconds ${MONDAY + from * MINUTE}`)
  await world.close()
  world = new DetectedDevice({ signer, dataDir: world.dataDir, device: world.device })
  for (let tick = from + 1; tick < from + 40; tick++) {
    const device_cpu_ratio = usual(tick, random) / 100
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio, icmp_rtt_seconds: (5 + random()) / 1_000 })
  }
  expect(world.outbox.anomalies.map(({ phase }) => phase)).toEqual(began.map(() => 'ended'))
  expect(names()).toEqual(began)
})

test('what a poll should have brought is missed; a device that is down is not told a second time', async () => {
  world = new DetectedDevice({ signer })
  const random = seeded(3)
  const from = await primed(world, random)
  const before = world.outbox.anomalies.length
  for (let tick = from; tick < from + 30; tick++) await world.poll(MONDAY + tick * MINUTE, {}, 0)
  expect(world.outbox.anomalies.length).toBe(before)
  const up = from + 30
  for (let tick = up; tick < up + 10; tick++) {
    await world.poll(MONDAY + tick * MINUTE, { icmp_rtt_seconds: (5 + random()) / 1_000 })
  }
  expect(world.outbox.anomalies.slice(before).filter(({ series }) => series !== undefined)).toMatchObject([
    { phase: 'began', reason: 'missing', value: null, series: { name: 'device_cpu_ratio' } },
  ])
})

test('a device that is polled at other intervals from now on misses nothing', async () => {
  world = new DetectedDevice({ signer })
  const random = seeded(4)
  const from = await primed(world, random)
  world.detector.configure(AnomalyConfig.parse({}))
  for (let tick = from; tick < from + 60; tick++) {
    const device_cpu_ratio = tick % 5 === 0 ? usual(tick, random) / 100 : undefined
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio, icmp_rtt_seconds: (5 + random()) / 1_000 })
  }
  expect(world.outbox.anomalies.filter(({ reason }) => reason === 'missing')).toEqual([])
})

test('over its bound series are left out and counted; a series that brings nothing for days makes room', async () => {
  world = new DetectedDevice({ signer, settings: { maxSeries: 2 } })
  await world.poll(MONDAY, { device_cpu_ratio: 0.1, device_load1: 1, icmp_rtt_seconds: 0.01 })
  expect(world.detector.status()).toMatchObject({ series: 2, seriesLeftOut: 1 })
  await world.clock.advance(3 * 86_400_000 + 2 * 3_600_000)
  await world.poll(world.clock.now(), { icmp_rtt_seconds: 0.01 })
  expect(world.detector.status()).toMatchObject({ series: 1, seriesLeftOut: 0 })
})

test('a device that is gone for days ends once, and does not end again when it is back', async () => {
  world = new DetectedDevice({ signer })
  const random = seeded(1)
  const from = await primed(world, random)
  await world.clock.advance(from * MINUTE)
  for (let tick = from; tick < from + 3; tick++) {
    await world.poll(MONDAY + tick * MINUTE, { device_cpu_ratio: 500, icmp_rtt_seconds: 50 })
  }
  const ofDevice = () => world.outbox.anomalies.filter(({ series }) => series === undefined).map(({ phase }) => phase)
  expect(ofDevice().at(-1)).toBe('began')
  await world.clock.advance(3 * 86_400_000 + 2 * 3_600_000)
  await world.detector.settled()
  expect(world.detector.status().series).toBe(0)
  const gone = ofDevice()
  expect(gone.at(-1)).toBe('ended')
  const device_cpu_ratio = usual(from, random) / 100
  await world.poll(world.clock.now(), { device_cpu_ratio, icmp_rtt_seconds: (5 + random()) / 1_000 })
  expect(ofDevice().slice(gone.length)[0]).not.toBe('ended')
})

test('what is switched off judges nothing, and goes on where it was once it is switched on', async () => {
  world = new DetectedDevice({ signer })
  await world.poll(MONDAY, { icmp_rtt_seconds: 0.01 })
  world.detector.configure(AnomalyConfig.parse({ enabled: false }))
  await world.poll(MONDAY + MINUTE, { icmp_rtt_seconds: 0.01 })
  expect(world.detector.status()).toMatchObject({ enabled: false, series: 0 })
  world.detector.configure(AnomalyConfig.parse({ bands: ['icmp_rtt_seconds'] }))
  await world.detector.settled()
  await world.poll(MONDAY + 2 * MINUTE, { icmp_rtt_seconds: 0.01 })
  expect(world.outbox.values('anomaly_score').length).toBe(1)
})

test('a damaged file is begun anew, and states, names and what is about verdicts are not judged', async () => {
  world = new DetectedDevice({ signer })
  await world.close()
  writeFileSync(join(world.dataDir, 'detect.db'), 'no database at all, and long enough to be looked at as one')
  world = new DetectedDevice({ signer, dataDir: world.dataDir })
  await world.poll(MONDAY, { ifOperStatus: 1, device_info: 1, anomaly_score: 0.2, sysUpTime: 5 })
  expect(world.detector.status().series).toBe(0)
})

test('a file that cannot be opened, though it is not damaged, stays as it is; the agent judges without it and says so', async () => {
  world = new DetectedDevice({ signer })
  await world.close()
  const file = join(world.dataDir, 'detect.db')
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  mkdirSync(file)
  world = new DetectedDevice({ signer, dataDir: world.dataDir })
  await world.poll(MONDAY, { icmp_rtt_seconds: 0.01 })
  expect(world.detector.status().series).toBe(1)
  expect(world.outbox.notices[0]).toMatch(/^detection-in-memory/)
  expect(statSync(file).isDirectory()).toBe(true)
})
