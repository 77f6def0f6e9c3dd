import { createServer } from 'node:http'
import { epochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parts } from '../../../../install/parts.mjs'
import { outgoing, type Plain, plainOf } from '../forwarding/plain-samples.testkit.ts'
import { type RealEngine, realVictoria } from '../forwarding/real-engine.testkit.ts'
import { freshSelector } from './selector-text.ts'
import { VictoriaEngine } from './victoria-engine.ts'
import { VictoriaHttp } from './victoria-http.ts'
import { VictoriaReading } from './victoria-reading.ts'

const NOW = Date.now() - 60_000
const ALWAYS = { from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }
const path = parts.victoriaMetrics

// It names the debian package: see install/parts.mjs.
describe.skipIf(path === undefined)('VictoriaMetrics', () => {
  let real: RealEngine
  let engine: VictoriaEngine
  let flush: () => Promise<void>

  beforeAll(async () => {
    real = await realVictoria(path ?? '')
    await real.start()
    engine = new VictoriaEngine({ url: real.url })
    flush = () => new VictoriaReading(new VictoriaHttp({ url: real.url })).flush()
  })
  afterAll(() => real?.remove())

  async function writtenAndRead(samples: readonly Plain[], options = { maybeThere: false }) {
    const outcome = await engine.write(outgoing(samples), options)
    await flush()
    const name = samples[0]?.labels.__name__ ?? ''
    const found = await engine.select({ matchers: [{ name: '__name__', op: '=', value: name }], ...ALWAYS })
    return { outcome, found: found.flatMap(plainOf) }
  }

  test('labels of any text come back as they were', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((one) => one.replace(/\p{Cs}/gu, '?'))
    const hostile = fc.constantFrom(
      'a b',
      'a,b=c',
      '\\',
      'a\\',
      '"',
      "'",
      '\n',
      'a\nb',
      '\r',
      '\t',
      ' ',
      '{}',
      '+Inf',
      '#',
    )
    const labels = fc.dictionary(
      fc.oneof(fc.constantFrom('device', 'values', 'a b', '1st'), text),
      fc.oneof(hostile, text),
      {
        maxKeys: 5,
      },
    )
    const cases = fc.sample(labels, { numRuns: 120, seed: 7 }).map((one, i) => ({ ...one, i: String(i) }))
    const samples = cases.map((one, i) => ({ labels: { ...one, __name__: 'hostile:metric' }, time: NOW, value: i }))
    const { outcome, found } = await writtenAndRead(samples)
    expect(outcome).toEqual({ kind: 'written', unstorable: 0 })
    const byKey = (list: readonly Plain[]) => new Map(list.map(({ labels: one, value }) => [seriesKey(one), value]))
    expect(byKey(found)).toEqual(byKey(samples))
  })

  test('decimal numbers, infinities and staleness markers come back; an ordinary NaN is counted as not storable', async () => {
    const values = [
      0,
      1,
      -1,
      0.1,
      123.456,
      1e-7,
      4503599627370496,
      9007199254740992,
      Infinity,
      -Infinity,
      'stale' as const,
    ]
    const samples = values.map((value, i) => ({ labels: { __name__: 'numbers', n: String(i) }, time: NOW + i, value }))
    const nan = { labels: { __name__: 'numbers', n: 'nan' }, time: NOW, value: Number.NaN }
    const { outcome, found } = await writtenAndRead([...samples, nan])
    expect(outcome).toEqual({ kind: 'written', unstorable: 1 })
    expect(found.sort((a, b) => a.time - b.time)).toEqual(samples)
  })

  test('floats keep at least twelve digits, also beside others', async () => {
    const floats = fc.sample(fc.double({ min: 1, max: 1000, noNaN: true }), { numRuns: 500, seed: 7 })
    const samples = floats.map((value, i) => ({ labels: { __name__: 'floats' }, time: NOW + i, value }))
    const { found } = await writtenAndRead(samples)
    const worst = found.map(({ value }, i) => Math.abs(Number(value) - (floats[i] ?? 0)) / (floats[i] ?? 1))
    expect(found).toHaveLength(500)
    expect(Math.max(...worst)).toBeLessThan(1e-12)
  })

  test('samples that may have arrived before are not written twice', async () => {
    const labels = [0, 1, 2].map((n) => ({ __name__: 'twice.or+once', n: String(n) }))
    const first = labels.flatMap((one) => [0, 1, 2].map((i) => ({ labels: one, time: NOW + i * 1000, value: i })))
    await writtenAndRead(first)
    const more = labels.flatMap((one) => [2, 3].map((i) => ({ labels: one, time: NOW + i * 1000, value: i })))
    await writtenAndRead(more, { maybeThere: true })
    // Wide apart: asked for by series instead of by name.
    const old = labels.flatMap((one) =>
      [0, 3].map((i) => ({ labels: one, time: NOW + i * 1000 - 86_400_000 * i, value: i })),
    )
    await writtenAndRead(old, { maybeThere: true })
    const reading = new VictoriaReading(new VictoriaHttp({ url: real.url }))
    const counts: number[] = []
    for await (const { times } of reading.export(
      [freshSelector([{ name: '__name__', op: '=', value: 'twice.or+once' }])],
      ALWAYS,
    ))
      counts.push(times.length)
    expect(counts).toEqual([5, 5, 5])
  })

  test('deleting takes series too that came after the last look with the same matchers', async () => {
    const matchers = [{ name: '__name__', op: '=~' as const, value: 'gone_.+' }]
    for (const name of ['gone_1', 'gone_2', 'gone_3']) {
      await engine.write(outgoing([{ labels: { __name__: name, a: 'b' }, time: NOW, value: 1 }]), { maybeThere: false })
      await engine.delete(matchers)
    }
    await flush()
    let left = 0
    const reading = new VictoriaReading(new VictoriaHttp({ url: real.url }))
    for await (const { times } of reading.export([freshSelector(matchers)], ALWAYS)) left += times.length
    expect(left).toBe(0)
  })

  test('names are found by matchers, and deleting takes only what matches', async () => {
    const samples = ['a', 'b', 'c'].map((n, i) => ({
      labels: { __name__: 'names', n, [`only${n}`]: 'x' },
      time: NOW,
      value: i,
    }))
    await writtenAndRead(samples)
    const selection = { matchers: [{ name: '__name__', op: '=' as const, value: 'names' }], ...ALWAYS }
    expect(await engine.labelNames(selection)).toEqual(['__name__', 'n', 'onlya', 'onlyb', 'onlyc'])
    expect(await engine.labelValues('n', selection)).toEqual(['a', 'b', 'c'])
    const some = { ...selection, matchers: [...selection.matchers, { name: 'n', op: '=~' as const, value: 'a|c' }] }
    expect((await engine.series(some)).map(({ n }) => n).sort()).toEqual(['a', 'c'])
    await engine.delete(some.matchers)
    expect((await engine.series(selection)).map(({ n }) => n)).toEqual(['b'])
  })

  test('a series with more labels than VictoriaMetrics keeps is counted instead of cut', async () => {
    const many = (count: number): Labels =>
      Object.fromEntries([['__name__', 'many'], ...Array.from({ length: count }, (_, i) => [`l${i}`, 'x'])])
    const fits = { labels: many(29), time: NOW, value: 1 }
    const { outcome, found } = await writtenAndRead([fits, { labels: many(30), time: NOW, value: 2 }])
    expect(outcome).toEqual({ kind: 'written', unstorable: 1 })
    expect(found).toEqual([fits])
  })

  test('where nobody answers, that is said without credentials', async () => {
    const away = new VictoriaEngine({ url: 'http://127.0.0.1:2', username: 'me', password: 'plum-orchard' })
    const sample = outgoing([{ labels: { __name__: 'x' }, time: NOW, value: 1 }])
    const outcome = await away.write(sample, { maybeThere: false })
    expect(outcome).toMatchObject({ kind: 'failed', maybeArrived: false, isGone: true })
    const asked = away.select({ matchers: [], ...ALWAYS })
    await expect(asked).rejects.toThrow(
      /^VictoriaMetrics at http:\/\/127.0.0.1:2 does not answer: .*; see that it runs/,
    )
    await expect(asked).rejects.not.toThrow(/plum/)
  })
})

test('a login is sent, and a refusal is no reason to drop samples', async () => {
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(401).end('who are you')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const engine = new VictoriaEngine({ url: `http://127.0.0.1:${port}`, username: 'me', password: 'pw' })
  const outcome = await engine.write(outgoing([{ labels: { __name__: 'x', a: 'b' }, time: NOW, value: 1 }]), {
    maybeThere: false,
  })
  expect(outcome).toEqual({ kind: 'failed', reason: '401 who are you', maybeArrived: false, isGone: false })
  expect(seen).toEqual([`Basic ${Buffer.from('me:pw').toString('base64')}`])
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
