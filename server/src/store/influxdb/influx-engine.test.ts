import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import type { Matcher } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parts } from '../../../../install/parts.mjs'
import { outgoing, type Plain, plainOf } from '../forwarding/plain-samples.testkit.ts'
import { type RealEngine, realInflux } from '../forwarding/real-engine.testkit.ts'
import { InfluxEngine } from './influx-engine.ts'

const NOW = Date.UTC(2026, 0, 15)
const ALWAYS = { from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }
const path = parts.influxd

const byKey = (list: readonly Plain[]) => new Map(list.map(({ labels, value }) => [seriesKey(labels), value]))
const is = (name: string, value: string): Matcher => ({ name, op: '=', value })

// It names the debian package: see install/parts.mjs.
describe.skipIf(path === undefined)('InfluxDB 1.x', () => {
  let real: RealEngine
  let engine: InfluxEngine

  beforeAll(async () => {
    real = await realInflux(path ?? '', 'max-values-per-tag = 2000')
    await real.start()
    engine = new InfluxEngine({ url: real.url, database: 'eye "net" test' })
  })
  afterAll(() => real?.remove())

  const written = (samples: readonly Plain[]) => engine.write(outgoing(samples))
  const found = async (...matchers: Matcher[]) => (await engine.select({ matchers, ...ALWAYS })).flatMap(plainOf)

  test('the database is made when it is not there; before, nothing is found in it', async () => {
    expect(await found(is('__name__', 'first'))).toEqual([])
    expect(await engine.series({ matchers: [], ...ALWAYS })).toEqual([])
    const samples = [{ labels: { __name__: 'first', a: 'b' }, time: NOW, value: 1 }]
    expect(await written(samples)).toEqual({ kind: 'written', unstorable: 0 })
    expect(await found(is('__name__', 'first'))).toEqual(samples)
  })

  test('labels of any text come back as they were, in samples and in lists of series', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((one) => one.replace(/\p{Cs}/gu, '?'))
    const hostile = fc.constantFrom(
      'a b',
      'a,b=c',
      '\\',
      'a\\',
      '"',
      "'",
      "\\'",
      '\n',
      'a\nb',
      '\r',
      ' ',
      '%',
      '%41',
      '#',
    )
    const names = fc.oneof(fc.constantFrom('time', 'value', 'special', '_field', 'a b', '1st'), text)
    const labels = fc.dictionary(names, fc.oneof(hostile, text), { maxKeys: 5 })
    const cases = fc.sample(labels, { numRuns: 120, seed: 7 }).map((one, i) => ({ ...one, i: String(i) }))
    const samples = cases.map((one, i) => ({ labels: { ...one, __name__: 'hostile metric,#' }, time: NOW, value: i }))
    expect(await written(samples)).toEqual({ kind: 'written', unstorable: 0 })
    expect(byKey(await found(is('__name__', 'hostile metric,#')))).toEqual(byKey(samples))
    const series = await engine.series({ matchers: [is('__name__', 'hostile metric,#')], ...ALWAYS })
    expect(series.map(seriesKey).sort()).toEqual(samples.map((one) => seriesKey(one.labels)).sort())
  })

  test('every number comes back bit for bit, also those that InfluxDB has not', async () => {
    const special = [Number.NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE, 'stale' as const]
    const values = [
      ...special,
      ...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 300, seed: 7 }),
    ]
    const samples = values.map((value, i) => ({ labels: { __name__: 'numbers' }, time: NOW + i, value }))
    // The time 0 is one as others are.
    const zero = { labels: { __name__: 'numbers' }, time: 0, value: 7 }
    await written([...samples, zero])
    expect(await found(is('__name__', 'numbers'))).toEqual([zero, ...samples])
  })

  test('samples that are written again are there once', async () => {
    const samples = [0, 1, 2].map((i) => ({ labels: { __name__: 'again' }, time: NOW + i, value: i }))
    await written(samples)
    await written(samples)
    expect(await found(is('__name__', 'again'))).toEqual(samples)
  })

  test('series are found by every kind of matcher, and one with fewer labels is another', async () => {
    const series: Labels[] = [{ a: '1' }, { a: '1', b: '2' }, { a: '12', b: '3' }, {}]
    const samples = series.map((labels, i) => ({ labels: { ...labels, __name__: 'match' }, time: NOW, value: i }))
    await written(samples)
    const values = async (...matchers: Matcher[]) =>
      (await found(is('__name__', 'match'), ...matchers)).map(({ value }) => Number(value)).sort((x, y) => x - y)
    expect(await values(is('a', '1'))).toEqual([0, 1])
    expect(await values(is('a', '1'), is('b', ''))).toEqual([0])
    expect(await values({ name: 'a', op: '=~', value: '1.?' })).toEqual([0, 1, 2])
    expect(await values({ name: 'b', op: '!=', value: '2' })).toEqual([0, 2, 3])
    expect(await values({ name: 'b', op: '!~', value: '.+' })).toEqual([0, 3])
    const byName = await engine.select({ matchers: [{ name: '__name__', op: '=~', value: 'mat.+' }], ...ALWAYS })
    expect(byName).toHaveLength(4)
    const selection = { matchers: [is('__name__', 'match')], ...ALWAYS }
    expect(await engine.labelNames(selection)).toEqual(['__name__', 'a', 'b'])
    expect(await engine.labelValues('a', selection)).toEqual(['1', '12'])
    await engine.delete([is('__name__', 'match'), is('a', '1'), is('b', '')])
    expect(await values()).toEqual([1, 2, 3])
    await engine.delete([is('__name__', 'match'), { name: 'b', op: '=~', value: '2|' }])
    expect(await values()).toEqual([2])
  })

  test('only the time that is asked for is read, both ends included', async () => {
    const samples = [0, 1, 2, 3, 4].map((i) => ({ labels: { __name__: 'range' }, time: NOW + i * 1000, value: i }))
    await written(samples)
    const [series] = await engine.select({
      matchers: [is('__name__', 'range')],
      ...{ from: epochMs(NOW + 1000), to: epochMs(NOW + 3000) },
    })
    expect([...(series?.values ?? [])]).toEqual([1, 2, 3])
  })

  test('what InfluxDB drops for a limit of its own is counted as refused', async () => {
    const wide = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        labels: { __name__: 'wide', i: `${from + i}` },
        time: NOW,
        value: i,
      }))
    expect(await written(wide(0, 2000))).toEqual({ kind: 'written', unstorable: 0 })
    // The first of them are there already, and written again.
    const outcome = await written(wide(1950, 2100))
    expect(outcome).toMatchObject({
      kind: 'written',
      refused: { count: 100, reason: expect.stringContaining('max-values-per-tag limit') },
    })
    expect(await found(is('__name__', 'wide'))).toHaveLength(2000)
  })

  test('a text that no statement may be made of finds nothing', async () => {
    const evil = `x" WHERE 1=1; DROP DATABASE "eye"; --`
    expect(await found(is('__name__', evil))).toEqual([])
    expect(await found(is('__name__', 'first'), is('a', "' OR 'a'='a"))).toEqual([])
    expect(await found(is('__name__', 'first'))).toHaveLength(1)
  })

  test('where nobody answers, that is said without credentials', async () => {
    const away = new InfluxEngine({
      url: 'http://127.0.0.1:2',
      database: 'x',
      username: 'me',
      password: 'plum-orchard',
    })
    const outcome = await away.write(outgoing([{ labels: { __name__: 'x' }, time: NOW, value: 1 }]))
    expect(outcome).toMatchObject({ kind: 'failed', maybeArrived: false, isGone: true })
    const asked = away.select({ matchers: [is('__name__', 'x')], ...ALWAYS })
    await expect(asked).rejects.toThrow(
      /^InfluxDB at http:\/\/127.0.0.1:2, database x does not answer: connect ECONNREFUSED/,
    )
    await expect(asked).rejects.not.toThrow(/plum/)
  })
})
