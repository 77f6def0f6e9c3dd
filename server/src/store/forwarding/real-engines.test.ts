import { epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { parts } from '../../../../install/parts.mjs'
import { InfluxEngine } from '../influxdb/influx-engine.ts'
import { freshSelector } from '../victoriametrics/selector-text.ts'
import { VictoriaEngine } from '../victoriametrics/victoria-engine.ts'
import { VictoriaHttp } from '../victoriametrics/victoria-http.ts'
import { VictoriaReading } from '../victoriametrics/victoria-reading.ts'
import type { EnginePort } from './engine-port.ts'
import { forwardingFolder, named, until } from './forwarding.testkit.ts'
import type { ForwardingCore } from './forwarding.ts'
import { type RealEngine, realInflux, realVictoria } from './real-engine.testkit.ts'

const START = Date.now() - 3_600_000
const SERIES = 20
const ALL = {
  matchers: [{ name: '__name__', op: '=' as const, value: 'test' }],
  from: epochMs(0),
  to: epochMs(Date.now() + 1000),
}

const engines: readonly {
  readonly name: string
  readonly path: string | undefined
  readonly start: (path: string) => Promise<RealEngine>
  readonly engine: (url: string) => EnginePort
  /** How many samples lie there, each copy counted. */
  readonly count: (url: string, engine: EnginePort) => Promise<number>
}[] = [
  {
    name: 'VictoriaMetrics',
    path: parts.victoriaMetrics,
    start: realVictoria,
    engine: (url) => new VictoriaEngine({ url }),
    count: async (url) => {
      const reading = new VictoriaReading(new VictoriaHttp({ url }))
      await reading.flush()
      let count = 0
      for await (const { times } of reading.export([freshSelector(ALL.matchers)], ALL)) count += times.length
      return count
    },
  },
  {
    name: 'InfluxDB',
    path: parts.influxd,
    start: (path) => realInflux(path),
    engine: (url) => new InfluxEngine({ url, database: 'eyenet' }),
    count: async (_, engine) => (await engine.select(ALL)).reduce((sum, { times }) => sum + times.length, 0),
  },
]

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

// Where one is skipped, install/parts.mjs names its package.
describe.each(engines.map((one) => [one.name, one] as const))('%s', (_, { path, start, engine, count }) => {
  async function setUp() {
    const real = await start(path ?? '')
    ends.push(() => real.remove())
    const port = engine(real.url)
    const folder = forwardingFolder(port)
    ends.push(() => folder.remove())
    const clock = { now: () => epochMs(Date.now()) }
    const wait = (ms: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        // Failures are tried again soon: a test has no minute.
        const timer = setTimeout(done, Math.min(ms, 100))
        function done(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        signal.addEventListener('abort', done)
      })
    const open = () => folder.open({ clock, wait, maintainEveryMs: 200, logger: pino({ level: 'silent' }) })
    return { real, port, folder, open }
  }

  let next = 0
  async function append(core: ForwardingCore, batches: number): Promise<void> {
    for (let i = 0; i < batches; i++) {
      const seq = next++
      await core.append({
        mark: { source: 'a/b/c', first: seq, last: seq },
        refs: Int32Array.from({ length: SERIES }, (_, n) => core.seriesIndex(named(`s${n}`))),
        times: epochMs(START + seq * 1000),
        values: Float64Array.from({ length: SERIES }, (_, n) => seq * 100 + n),
      })
    }
  }

  async function expectAll(core: ForwardingCore, url: string, port: EnginePort): Promise<void> {
    await until(() => core.forwarding().owedBytes === 0)
    expect(await count(url, port)).toBe(next * SERIES)
    const found = await core.select(ALL)
    expect(found).toHaveLength(SERIES)
    for (const { labels, times, values } of found) {
      const n = Number(labels.name?.slice(1))
      expect([...times]).toEqual(Array.from({ length: next }, (_, seq) => START + seq * 1000))
      expect([...values]).toEqual(Array.from({ length: next }, (_, seq) => seq * 100 + n))
    }
  }

  test.skipIf(path === undefined)(
    'away at the start, killed in the middle, and this side killed too: each sample is there once',
    async () => {
      next = 0
      const { real, port, folder, open } = await setUp()
      let core = await open()
      await append(core, 100)
      await until(() => core.forwarding().trouble !== undefined)
      await real.start()
      await append(core, 100)
      await expectAll(core, real.url, port)
      // Killed with samples in its memory and under way.
      const killing = append(core, 300)
      await until(() => core.forwarding().owedBytes > 0)
      await real.kill()
      await killing
      await until(() => core.forwarding().trouble !== undefined)
      await folder.kill()
      await core.close()
      core = await open()
      await append(core, 50)
      await real.start()
      await append(core, 50)
      await expectAll(core, real.url, port)
      // This side alone, with samples under way.
      await append(core, 30)
      await folder.kill()
      await core.close()
      core = await open()
      await append(core, 30)
      await expectAll(core, real.url, port)
    },
    60_000,
  )
})
