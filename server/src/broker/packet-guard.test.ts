import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacketGuard } from './packet-guard.ts'

const LIMIT = 20_000
const CONNECT_LIMIT = 8 * 1024

/** A packet whose body has that many bytes, some of which look like the head of a huge packet. */
function packet(bodyLength: number): Buffer {
  const head = [0x30]
  let left = bodyLength
  do {
    head.push((left & 0x7f) | (left > 127 ? 0x80 : 0))
    left >>= 7
  } while (left > 0)
  return Buffer.concat([Buffer.from(head), Buffer.alloc(bodyLength, 0xff)])
}

/** What the guard says of these bytes when they come in pieces of these lengths. */
function accepted(bytes: Buffer, pieces: readonly number[]): boolean {
  const guard = new PacketGuard(LIMIT)
  let at = 0
  for (let piece = 0; at < bytes.length; piece += 1) {
    const length = pieces.length === 0 ? bytes.length : (pieces[piece % pieces.length] ?? 1)
    if (!guard.accept(bytes.subarray(at, at + length))) return false
    at += length
  }
  return true
}

const lengths = fc.array(fc.integer({ min: 0, max: LIMIT + 50 }), { minLength: 1, maxLength: 6 })
const pieces = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 8 })

test('however packets are cut into pieces, the first too long one and no other ends the connection', () => {
  fc.assert(
    fc.property(lengths, pieces, (bodies, cuts) => {
      const fits = bodies.every((length, at) => length <= (at === 0 ? CONNECT_LIMIT : LIMIT))
      expect(accepted(Buffer.concat(bodies.map(packet)), cuts)).toBe(fits)
    }),
    { numRuns: 200 },
  )
})

test('a too long packet is refused by its head, before its body comes', () => {
  const guard = new PacketGuard(LIMIT)
  expect(guard.accept(packet(10))).toBe(true)
  expect(guard.accept(packet(LIMIT + 1).subarray(0, 4))).toBe(false)
})

test('a length of more than four bytes is refused', () => {
  expect(new PacketGuard(LIMIT).accept(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80))).toBe(false)
  expect(new PacketGuard(LIMIT).accept(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x00))).toBe(true)
})
