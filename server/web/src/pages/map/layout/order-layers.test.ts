import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crossingsOf, orderLayers } from './order-layers.ts'

function linksOf(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const links = new Map<string, Set<string>>()
  for (const [a, b] of pairs) {
    links.set(a, (links.get(a) ?? new Set()).add(b))
    links.set(b, (links.get(b) ?? new Set()).add(a))
  }
  return links
}

test('lines that need not cross do not', () => {
  const links = linksOf([
    ['a', 'z'],
    ['b', 'y'],
    ['c', 'x'],
  ])
  const layers = [
    ['a', 'b', 'c'],
    ['x', 'y', 'z'],
  ]
  expect(crossingsOf(layers, links)).toBe(3)
  expect(crossingsOf(orderLayers(layers, links), links)).toBe(0)
})

test('the order never has more crossings than the one that came in, and loses nobody', () => {
  const pair = fc.tuple(
    fc.nat(7).map((at) => `a${at}`),
    fc.nat(7).map((at) => `b${at}`),
  )
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 24 }), (pairs) => {
      const links = linksOf(pairs)
      const layers = ['a', 'b'].map((name) => Array.from({ length: 8 }, (_, at) => `${name}${at}`))
      const ordered = orderLayers(layers, links)
      expect(ordered.map((layer) => [...layer].sort())).toEqual(layers)
      expect(crossingsOf(ordered, links)).toBeLessThanOrEqual(crossingsOf(layers, links))
    }),
  )
})

test('crossings are counted as by hand', () => {
  const naive = (
    upper: readonly string[],
    lower: readonly string[],
    pairs: readonly (readonly [string, string])[],
  ): number => {
    let count = 0
    for (const [at, [a, b]] of pairs.entries())
      for (const [c, d] of pairs.slice(at + 1))
        if ((upper.indexOf(a) - upper.indexOf(c)) * (lower.indexOf(b) - lower.indexOf(d)) < 0) count += 1
    return count
  }
  const upper = ['a0', 'a1', 'a2', 'a3']
  const lower = ['b0', 'b1', 'b2', 'b3']
  const pair = fc.tuple(fc.constantFrom(...upper), fc.constantFrom(...lower))
  fc.assert(
    fc.property(fc.uniqueArray(pair, { selector: (one) => one.join(), maxLength: 16 }), (pairs) => {
      expect(crossingsOf([upper, lower], linksOf(pairs))).toBe(naive(upper, lower, pairs))
    }),
  )
})
