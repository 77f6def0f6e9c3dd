import { createServer, type Server, type ServerResponse } from 'node:http'
import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import { evaluate, parseQuery, type QueryValue, type SeriesSamples, setStaleMarker } from '@eyenet/shared/promql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parts } from '../../../../install/parts.mjs'
import { type RealEngine, realVictoria } from '../forwarding/real-engine.testkit.ts'
import type { Ask } from '../metric-store.ts'
import { askingWay } from './asking-way.ts'
import { VictoriaAsking } from './victoria-asking.ts'
import { VictoriaEngine } from './victoria-engine.ts'
import { VictoriaHttp } from './victoria-http.ts'
import { VictoriaReading } from './victoria-reading.ts'

const path = parts.victoriaMetrics
const NOW = Math.floor(Date.now() / 1000) * 1000
const clock = { now: () => NOW }

function ask(text: string, span: Partial<Ask> = {}): Ask {
  const end = epochMs(NOW)
  return { expr: parseQuery(text), start: end, end, step: 0, timeoutMs: 10_000, ...span }
}

/** A result that does not depend on the order of its series. */
function sorted(value: QueryValue): unknown {
  if (value.kind === 'vector') return new Map(value.samples.map((one) => [seriesKey(one.labels), one.value]))
  if (value.kind !== 'matrix') return value
  return new Map(value.series.map(({ labels, times, values }) => [seriesKey(labels), { times, values }]))
}

// It names the debian package: see install/parts.mjs.
describe.skipIf(path === undefined)('VictoriaMetrics', () => {
  let real: RealEngine
  let engine: VictoriaEngine
  let asking: VictoriaAsking

  beforeAll(async () => {
    real = await realVictoria(path ?? '')
    await real.start()
    engine = new VictoriaEngine({ url: real.url })
    asking = new VictoriaAsking({ url: real.url, reader: engine, clock, printExpr: ({ text }) => text })
    // Every ten seconds for half an hour to this second; one series says that it ends.
    const labels: Labels[] = []
    const times: number[] = []
    const values: number[] = []
    const add = (series: Labels, at: number, value: number): void => {
      labels.push(series)
      times.push(at)
      values.push(value)
    }
    const load = ['a', 'b', 'c'].map((device) => ({ __name__: 'load', device }))
    const stale = { __name__: 'stale', device: 'a' }
    for (let i = 0; i <= 180; i++) {
      const at = NOW - (180 - i) * 10_000
      for (const [n, series] of load.entries()) add(series, at, i * (n + 1))
      if (i < 100) add(stale, at, i)
    }
    add(stale, NOW - 800_000, 0)
    const columns = { labels, times: Float64Array.from(times), values: Float64Array.from(values) }
    setStaleMarker(columns.values, values.length - 1)
    expect(await engine.write(columns, { maybeThere: false })).toEqual({ kind: 'written', unstorable: 0 })
    await new VictoriaReading(new VictoriaHttp({ url: real.url })).flush()
  })
  afterAll(() => real?.remove())

  const questions = [
    'load',
    'stale',
    'load{device=~"a|b"} * 2 + 1',
    'sum by (device) (load)',
    'max(load) - min(load)',
    'load > 100',
    'avg_over_time(load[5m])',
    'count_over_time(load{device="a"}[1m])',
    'topk(1, load)',
    'load offset 5m',
    'sum(load) / on () group_left count(load)',
    'abs(load) > bool 3',
    '-load',
    'label_replace(load, "port", "$1", "device", "(.*)")',
    'max_over_time(load[1m]) unless load{device="a"}',
    'absent(nothing{a="b"})',
    '1 + 2',
    'scalar(load{device="a"})',
    '"text"',
  ]
  const minutes = (count: number) => ({ start: epochMs(NOW - count * 60_000), end: epochMs(NOW) })
  const spans: readonly Partial<Ask>[] = [
    {},
    { ...minutes(20), step: 10_000 },
    { ...minutes(20), step: 60_000 },
    { start: epochMs(NOW - 1_200_000), end: epochMs(NOW - 600_000), step: 15_000 },
  ]

  test.each(questions)('%s has the answer that our own evaluation gives, up to this second', async (text) => {
    for (const span of spans) {
      const question = ask(text, span)
      if (text === '"text"' && question.step > 0) continue
      const own = await evaluate({ ...question, reader: engine })
      const { result } = await asking.query(question)
      expect(sorted(result)).toEqual(sorted(own.result))
      const { pieces } = await asking.queryJson(question)
      const text_: string[] = []
      for await (const piece of pieces) text_.push(Buffer.from(piece).toString())
      const json = JSON.parse(text_.join(''))
      expect(json.resultType).toBe(own.result.kind)
      if (own.result.kind === 'matrix') expect(json.result).toHaveLength(own.result.series.length)
    }
  })

  test('series that only the asker has are seen beside those of VictoriaMetrics', async () => {
    const labels = { __name__: 'ALERTS', device: 'a' }
    const extra: SeriesSamples[] = [{ labels, times: Float64Array.of(NOW), values: Float64Array.of(1) }]
    const { result } = await asking.query(ask('load * on (device) ALERTS', { extra }))
    expect(result).toMatchObject({ kind: 'vector', samples: [{ labels: { device: 'a' }, value: 180 }] })
    expect(askingWay(ask('load', { extra }), NOW)).toEqual({ kind: 'instant' })
  })

  test('what VictoriaMetrics refuses is told with its name', async () => {
    const strange = { ...ask('load'), expr: { ...parseQuery('load'), text: 'no_such_function(load)' } }
    await expect(asking.query(strange)).rejects.toThrow(/^VictoriaMetrics at http:\S+ refuses: 422 .*no_such_function/)
    await expect(asking.query(strange)).rejects.toMatchObject({ code: 'limit_exceeded' })
  })

  test('too many steps, or too many series, are refused before or after', async () => {
    const long = asking.queryJson(ask('load', { ...minutes(60), step: 100 }))
    await expect(long).rejects.toMatchObject({ code: 'limit_exceeded' })
    const wide = asking.query(ask('load', { limits: { maxSeries: 1 } }))
    await expect(wide).rejects.toThrow('the result has 3 series, more than 1')
  })
})

describe('a server in place of VictoriaMetrics', () => {
  let server: Server
  let url = ''
  let answer: (response: ServerResponse) => void = () => {}

  beforeAll(async () => {
    server = createServer((_, response) => answer(response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const asked = () => {
    const reader = { select: async () => [] }
    return new VictoriaAsking({ url, username: 'me', password: 'plum', reader, clock, printExpr: ({ text }) => text })
  }
  const read = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
    let text = ''
    for await (const piece of pieces) text += Buffer.from(piece).toString()
    return text
  }

  test('an aborted question ends as cancelled, also while its answer comes', async () => {
    answer = () => {}
    const early = new AbortController()
    const waiting = asked().query(ask('load'), early.signal)
    early.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    answer = (response) => void response.write('{"status":"success","data":{"result":[')
    const late = new AbortController()
    const { pieces } = await asked().queryJson(ask('load'), late.signal)
    const reading = read(pieces)
    late.abort()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('an answer that does not come in time is a timeout', async () => {
    answer = () => {}
    const waiting = asked().query(ask('load', { timeoutMs: 20 }))
    await expect(waiting).rejects.toThrow('query timed out after 0.02 s, the limit of its time')
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' })
  })

  test('an answer that breaks off is unavailable, and 503 is too', async () => {
    answer = (response) => {
      response.write('{"status":"success","data":{"result":[', () => response.destroy())
    }
    const { pieces } = await asked().queryJson(ask('load'))
    await expect(read(pieces)).rejects.toMatchObject({ code: 'unavailable' })
    answer = (response) => void response.writeHead(503).end('busy')
    await expect(asked().query(ask('load'))).rejects.toMatchObject({ code: 'unavailable' })
    await expect(asked().query(ask('load'))).rejects.not.toThrow(/plum/)
  })
})
