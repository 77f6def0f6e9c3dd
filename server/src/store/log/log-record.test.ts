import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRecord, readRecords } from './log-record.ts'

const bitsIn = (values: Float64Array) => [...new BigUint64Array(values.slice().buffer)]

test('a batch comes back from the log bit for bit, whatever runs its times have', () => {
  const time = fc.integer({ min: 0, max: 2 ** 45 })
  const run = fc.tuple(time, fc.integer({ min: 1, max: 40 }))
  const times = fc.oneof(
    time.map(epochMs),
    fc.array(run, { maxLength: 6 }).map((runs) => {
      return Float64Array.from(runs.flatMap(([one, count]) => Array<number>(count).fill(one)))
    }),
  )
  fc.assert(
    fc.property(times, fc.infiniteStream(fc.double()), (given, doubles) => {
      const count = typeof given === 'number' ? 5 : given.length
      const refs = Int32Array.from({ length: count }, (_, i) => i * 7)
      const values = Float64Array.from({ length: count }, () => doubles.next().value ?? 0)
      const mark = { source: 'a/b/c', first: 3, last: 9 }
      const bytes = encodeRecord({ kind: 'samples', mark, refs, times: given, values })
      const [read] = [...readRecords(bytes, 0)]
      expect(read?.end).toBe(bytes.length)
      if (read?.record.kind !== 'samples') throw new Error('another kind of record')
      expect(read.record.mark).toEqual(mark)
      expect(read.record.refs).toEqual(refs)
      expect(read.record.times).toEqual(given)
      expect(bitsIn(read.record.values)).toEqual(bitsIn(values))
    }),
  )
})

test('a poll of many series writes its time once', () => {
  const count = 1_000
  const batch = { refs: new Int32Array(count), values: new Float64Array(count) }
  const spread = encodeRecord({ kind: 'samples', ...batch, times: Float64Array.from({ length: count }, (_, i) => i) })
  const together = encodeRecord({ kind: 'samples', ...batch, times: new Float64Array(count).fill(5) })
  expect(spread.length - together.length).toBeGreaterThan(7 * count)
})
