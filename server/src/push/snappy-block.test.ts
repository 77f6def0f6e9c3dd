import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packSnappyBlock } from './snappy.testkit.ts'
import { unpackSnappyBlock } from './snappy-block.ts'

const bytes = (...all: (number | string)[]) =>
  Buffer.concat(all.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.of(one))))

test('literals and copies of each width are unpacked, also copies of what they write', () => {
  // "abcd", then 4 bytes from 4 back (one byte of offset), 3 from 8 back (two), 2 from 1 back (four).
  const packed = bytes(13, 3 << 2, 'abcd', 1, 4, (2 << 2) | 2, 8, 0, (1 << 2) | 3, 1, 0, 0, 0)
  expect(unpackSnappyBlock(packed, 100).toString()).toBe('abcdabcdabccc')
  expect(unpackSnappyBlock(bytes(70, 60 << 2, 69, 'x'.repeat(70)), 100).toString()).toBe('x'.repeat(70))
})

test('what unpacks to more than allowed is refused before it is unpacked', () => {
  expect(() => unpackSnappyBlock(bytes(0xff, 0xff, 0xff, 0xff, 0x0f), 100)).toThrow(/more than 100 bytes/)
  expect(() => unpackSnappyBlock(bytes(90, 0, 'x'), 100)).toThrow(/cut/)
})

test('what is packed is unpacked, and no bytes whatever make it fail without a name', () => {
  const text = fc
    .array(fc.constantFrom('abc', 'abcabcabc', 'x', '{le="0.5"}'), { maxLength: 400 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, (one) => {
      expect(unpackSnappyBlock(packSnappyBlock(Buffer.from(one)), 1_000_000).toString()).toBe(one)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
      try {
        expect(unpackSnappyBlock(Buffer.from(any), 10_000).length).toBeLessThanOrEqual(10_000)
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'EyeNetError' })
      }
    }),
    { numRuns: 2_000 },
  )
})
