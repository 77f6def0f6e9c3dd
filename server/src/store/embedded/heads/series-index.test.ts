import { type Labels, seriesKey } from '@eyenet/shared/identity'
import { compileMatcher, compileMatchers, type Matcher } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeriesIndex } from './series-index.ts'

const text = fc.constantFrom('', 'a', 'b', 'ab', 'constructor', '__proto__', 'é')
const name = fc.constantFrom('x', 'y', 'constructor', 'toString')
const labels = fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true })
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name,
  op: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
  value: fc.constantFrom('', 'a', 'a.*', '.+', 'b|', 'constructor'),
})

test('series made, found, removed and made again are as in a plain list', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: labels.map((given) => ({ kind: 'intern' as const, given })) },
    { weight: 2, arbitrary: labels.map((given) => ({ kind: 'remove' as const, given })) },
    { weight: 2, arbitrary: fc.array(matcher, { maxLength: 3 }).map((given) => ({ kind: 'match' as const, given })) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new SeriesIndex()
      const plain = new Map<string, Labels>()
      for (const one of steps) {
        if (one.kind === 'intern') {
          const { series, isNew } = index.intern(one.given)
          const key = seriesKey(one.given)
          expect(isNew).toBe(!plain.has(key))
          expect(seriesKey(series.labels)).toBe(key)
          plain.set(key, series.labels)
        } else if (one.kind === 'remove') {
          const found = index.find(one.given)
          expect(found !== undefined).toBe(plain.delete(seriesKey(one.given)))
          if (found !== undefined) index.remove(found)
        } else {
          const accepts = compileMatchers(one.given)
          const wanted = [...plain].flatMap(([key, given]) => (accepts(given) ? [key] : []))
          const got = index.match(one.given, compileMatcher).map((series) => seriesKey(series.labels))
          expect(got.sort()).toEqual(wanted.sort())
        }
      }
      expect(index.size).toBe(plain.size)
    }),
    { numRuns: 2_000 },
  )
})

test('tens of thousands of series leave, and those that stay are found', () => {
  const index = new SeriesIndex()
  const make = (i: number) => index.intern({ __name__: 'm', i: `${i}`, half: `${i % 2}` }).series
  const all = Array.from({ length: 40_000 }, (_, i) => make(i))
  for (const series of all) if (Number(series.labels.i) >= 10) index.remove(series)
  const half = index.match([{ name: 'half', op: '=', value: '1' }], compileMatcher)
  expect(half.map((series) => series.labels.i)).toEqual(['1', '3', '5', '7', '9'])
  expect(make(11).ref).toBeGreaterThan(40_000)
  expect(index.match([{ name: 'i', op: '=~', value: '1.*' }], compileMatcher)).toHaveLength(2)
})
