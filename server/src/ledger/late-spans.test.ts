import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinSpans } from './late-spans.ts'

const span = fc
  .tuple(fc.nat({ max: 1_000 }), fc.nat({ max: 20 }), fc.integer({ min: 1, max: 50 }))
  .map(([from, length, samples]) => {
    return { from: epochMs(from * 60_000), to: epochMs((from + length) * 60_000), samples }
  })

test('joined spans are apart, few, cover what was given and count it', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (spans, most) => {
      const joined = joinSpans(spans, most)
      expect(joined.length).toBeLessThanOrEqual(most)
      for (const [at, one] of joined.entries()) if (at > 0) expect(one.from).toBeGreaterThan(joined[at - 1]?.to ?? 0)
      for (const one of spans) expect(joined.some(({ from, to }) => from <= one.from && one.to <= to)).toBe(true)
      const total = (all: typeof spans) => all.reduce((sum, { samples }) => sum + samples, 0)
      expect(total([...joined])).toBe(total(spans))
    }),
  )
})
