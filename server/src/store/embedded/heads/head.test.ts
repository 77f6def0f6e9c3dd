import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Head } from './head.ts'
import { HeadRoom } from './head-room.ts'

test('heads that share times each keep their own samples, whatever order and steps they come in', () => {
  const appends = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 0, max: 30 }), fc.integer()), { maxLength: 300 })
  fc.assert(
    fc.property(appends, fc.boolean(), (rows, reads) => {
      const room = new HeadRoom()
      const heads = Array.from({ length: 6 }, () => new Head(room))
      const plain = heads.map(() => new Map<number, number>())
      for (const [i, [at, time, value]] of rows.entries()) {
        // Times that mostly grow, as several devices polled in turn give them.
        const moment = time + Math.floor(i / 10) * 5
        heads[at]?.append(moment, value)
        plain[at]?.set(moment, value)
        if (reads && i % 7 === 0) heads[at]?.all()
      }
      for (const [at, head] of heads.entries()) {
        const { times, values } = head.all()
        const got = Array.from(times, (time, i) => [time, values[i]])
        expect(got).toEqual([...(plain[at] ?? [])].sort(([a], [b]) => a - b))
      }
    }),
    { numRuns: 500 },
  )
})

test('series polled together share one column of times', () => {
  const room = new HeadRoom()
  const [one, two] = [new Head(room), new Head(room)]
  for (let time = 0; time < 100; time++) {
    one.append(time, 1)
    two.append(time, 2)
  }
  expect(one.all().times.buffer).toBe(two.all().times.buffer)
})
