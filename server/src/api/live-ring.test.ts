import { DeviceId, epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLiveRing } from './live-ring.ts'

const change = { kind: 'device-removed', id: DeviceId.parse('0190bbbb-0000-7000-8000-000000000001') } as const
const AT = epochMs(0)

test('a client gets exactly what it missed, or is told that some of it is gone', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(45), fc.integer({ min: 1, max: 12 }), (added, seen, size) => {
      const ring = createLiveRing('feed', { changes: size, bytes: 1_000_000 })
      for (let i = 0; i < added; i += 1) ring.add(change, AT)
      const missed = ring.since({ feed: 'feed', seq: seen }, 1_000_000)?.map((one) => one.seq)
      const wanted = Array.from({ length: Math.max(0, added - seen) }, (_, i) => seen + 1 + i)
      expect(missed).toEqual(seen > added || wanted.length > size ? undefined : wanted)
    }),
  )
})

test('what is kept stays below its bytes', () => {
  const ring = createLiveRing('feed', { changes: 100, bytes: 1_000 })
  for (let i = 0; i < 50; i += 1) ring.add(change, AT)
  expect(ring.since({ feed: 'feed', seq: 0 }, 1_000_000)).toBeUndefined()
  expect(ring.since({ feed: 'feed', seq: 47 }, 1_000_000)?.length).toBe(3)
})

test("another feed's number and too long a gap mean: fetch everything again", () => {
  const ring = createLiveRing('feed')
  for (let i = 0; i < 5; i += 1) ring.add(change, AT)
  expect(ring.since({ feed: 'other', seq: 4 }, 1_000_000)).toBeUndefined()
  expect(ring.since({ feed: 'feed', seq: 0 }, 200)).toBeUndefined()
})
