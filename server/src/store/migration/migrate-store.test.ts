import { mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { parts } from '../../../../install/parts.mjs'
import { openEmbeddedStore } from '../embedded/embedded.ts'
import { FakeEngine } from '../forwarding/fake-engine.testkit.ts'
import type { EnginePort } from '../forwarding/forwarding.ts'
import { type RealEngine, realInflux, realVictoria } from '../forwarding/real-engine.testkit.ts'
import { InfluxEngine } from '../influxdb/influx-engine.ts'
import { freshSelector } from '../victoriametrics/selector-text.ts'
import { VictoriaEngine } from '../victoriametrics/victoria-engine.ts'
import { VictoriaHttp } from '../victoriametrics/victoria-http.ts'
import { VictoriaReading } from '../victoriametrics/victoria-reading.ts'
import { type MigrateStoreOptions, migrateStore } from './migrate-store.ts'

const SERIES = 20
const SAMPLES = 2500
const FIRST = Date.now() - 50 * 86_400_000
const STEP_MS = 1_000_000
const logger = pino({ level: 'silent' })
const clock = { now: () => epochMs(Date.now()) }
const ALL = {
  matchers: [{ name: '__name__', op: '=' as const, value: 'history' }],
  from: epochMs(0),
  to: epochMs(Date.now()),
}

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function filledStore(): Promise<Pick<MigrateStoreOptions, 'folder' | 'stateFile' | 'logger'>> {
  const data = mkdtempSync(join(tmpdir(), 'eyenet-migrate-'))
  ends.push(() => rm(data, { recursive: true, force: true }))
  const folder = join(data, 'store')
  const store = await openEmbeddedStore({ folder, logger, clock, maintainEveryMs: 0 })
  for (let n = 0; n < SERIES; n++) {
    const ref = store.seriesIndex({ __name__: 'history', n: String(n) })
    await store.append({
      refs: new Int32Array(SAMPLES).fill(ref),
      times: Float64Array.from({ length: SAMPLES }, (_, i) => FIRST + i * STEP_MS),
      values: Float64Array.from({ length: SAMPLES }, (_, i) => n * SAMPLES + i),
    })
  }
  await store.close()
  return { folder, stateFile: join(data, 'migrate.json'), logger }
}

const engines: readonly (readonly [string, string | undefined, Kind])[] = [
  [
    'VictoriaMetrics',
    parts.victoriaMetrics,
    {
      start: realVictoria,
      engine: (url) => new VictoriaEngine({ url, settleMs: 2_000 }),
      count: async (url) => {
        const reading = new VictoriaReading(new VictoriaHttp({ url }))
        await reading.flush()
        let count = 0
        for await (const { times } of reading.export([freshSelector(ALL.matchers)], ALL)) count += times.length
        return count
      },
    },
  ],
  [
    'InfluxDB',
    parts.influxd,
    {
      start: (path) => realInflux(path),
      engine: (url) => new InfluxEngine({ url, database: 'eyenet' }),
      count: async (_, engine) => (await engine.select(ALL)).reduce((sum, { times }) => sum + times.length, 0),
    },
  ],
]
type Kind = {
  readonly start: (path: string) => Promise<RealEngine>
  readonly engine: (url: string) => EnginePort
  /** How many samples lie there, each copy counted. */
  readonly count: (url: string, engine: EnginePort) => Promise<number>
}

// Where one is skipped, install/parts.mjs names its package.
describe.each(engines)('%s', (_, path, { count, engine, start }) => {
  test.skipIf(path === undefined)(
    'stopped half way it goes on, and each sample is there once',
    async () => {
      const store = await filledStore()
      const real = await start(path ?? '')
      ends.push(() => real.remove())
      await real.start()
      const port = engine(real.url)
      const stop = new AbortController()
      const half = migrateStore({
        ...{ ...store, engine: port, restart: false, signal: stop.signal },
        progress: ({ seriesDone }) => {
          if (seriesDone >= SERIES / 2) stop.abort()
        },
      })
      await expect(half).rejects.toMatchObject({ code: 'cancelled' })
      expect(await count(real.url, port)).toBeGreaterThan(0)
      const seen: number[] = []
      const whole = { ...store, engine: port, signal: new AbortController().signal }
      const state = await migrateStore({ ...whole, restart: false, progress: ({ samples }) => seen.push(samples) })
      expect(state).toMatchObject({ isDone: true, samples: SERIES * SAMPLES })
      expect(await count(real.url, port)).toBe(SERIES * SAMPLES)
      const [one] = await port.select({ ...ALL, matchers: [...ALL.matchers, { name: 'n', op: '=', value: '7' }] })
      expect([...(one?.values ?? [])]).toEqual(Array.from({ length: SAMPLES }, (_, i) => 7 * SAMPLES + i))
      const again = migrateStore({ ...whole, restart: false, progress: () => {} })
      await expect(again).rejects.toThrow(/^everything was copied to .*: 50000 samples; --restart copies again/)
      await migrateStore({ ...whole, restart: true, progress: () => {} })
      expect(await count(real.url, port)).toBe(SERIES * SAMPLES)
    },
    60_000,
  )
})

describe('before it begins', () => {
  const plain = { restart: false, progress: () => {}, signal: new AbortController().signal }

  test('a folder without a store, a store in use, and a text that is no selector are told and nothing is made', async () => {
    const store = await filledStore()
    const given = { ...store, ...plain, engine: new FakeEngine() }
    const elsewhere = join(store.folder, '..', 'other')
    const missing = migrateStore({ ...given, folder: elsewhere })
    await expect(missing).rejects.toThrow(/^there is no metric store in .*; name the server's data folder with --data/)
    expect(readdirSync(join(store.folder, '..'))).toEqual(['store'])
    await expect(migrateStore({ ...given, match: 'rate(x[5m])' })).rejects.toThrow('rate(x[5m]) is no selector')
    const server = await openEmbeddedStore({ folder: store.folder, logger, clock })
    await expect(migrateStore(given)).rejects.toThrow(/another server uses it; stop that one first/)
    await server.close()
  })

  test('a migration that was stopped is not gone on with other options', async () => {
    const given = { ...(await filledStore()), ...plain }
    const stop = new AbortController()
    const stopped = migrateStore({
      ...given,
      engine: new FakeEngine(),
      signal: stop.signal,
      progress: () => stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const other = migrateStore({ ...given, engine: new FakeEngine(), match: 'history{n="1"}' })
    await expect(other).rejects.toThrow(
      /is of a migration to fake at nowhere that copies something else; finish that one/,
    )
  })
})
