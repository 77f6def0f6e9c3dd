import { Acknowledgement, LANES } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ackOf, newFolder, outboxIn, seriesOf, takeAll, tick } from './outbox.testkit.ts'

const number = fc.oneof(
  fc.integer({ min: -5, max: 12 }),
  fc.constantFrom(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 2 ** 50, -(2 ** 50)),
)
const hostile = fc.record({
  upTo: fc.integer({ min: 0, max: 4 }),
  holes: fc.array(fc.tuple(number, number), { maxLength: 5 }),
  refused: fc.array(
    fc.record({ lane: fc.constantFrom('samples' as const), first: number, last: number, reason: fc.constant('no') }),
    { maxLength: 3 },
  ),
})

test('whatever holes and refusals an acknowledgement names, it touches its lane alone, and the outbox goes on', () => {
  fc.assert(
    fc.property(hostile, ({ upTo, holes, refused }) => {
      const outbox = outboxIn(newFolder())
      outbox.setConnected(true)
      const ids = seriesOf(outbox, 1)
      for (let tickNumber = 0; tickNumber < 4; tickNumber++) {
        outbox.notice('test', 'hello')
        tick(outbox, ids, tickNumber)
        outbox.flush()
      }
      takeAll(outbox)
      const said = Acknowledgement.parse(ackOf(outbox, { samples: { upTo, holes } }, { refused }))
      expect(outbox.acknowledge(said)).toBe(true)
      outbox.rewind()
      const left = Object.fromEntries(LANES.map((lane) => [lane, [] as number[]]))
      for (const { lane, first } of takeAll(outbox)) left[lane]?.push(first)
      // A refusal adds a notice of its own.
      expect(left.events?.slice(0, 4)).toEqual([1, 2, 3, 4])
      tick(outbox, ids, 5)
      outbox.flush()
      expect(outbox.take('samples')?.first).toBe(5)
      outbox.close()
    }),
    { numRuns: 20 },
  )
})
