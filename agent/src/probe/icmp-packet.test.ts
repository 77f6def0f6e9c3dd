import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum, decodeIcmp, encodeEcho } from './icmp-packet.ts'

const token = Buffer.from('0102030405060708', 'hex')
const ipv4 = Buffer.from('4500005400004000400100007f0000017f000001', 'hex')

test('an echo request has a right checksum', () => {
  // A packet with its checksum in place sums to zero (RFC 1071).
  expect(checksum(encodeEcho(4, { identifier: 0xbeef, sequence: 7 }, token))).toBe(0)
})

test('the checksum is that of the example in RFC 1071', () => {
  expect(checksum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(~0xddf2 & 0xffff)
})

test('an echo reply is matched by identifier, sequence and token', () => {
  const reply4 = encodeEcho(4, { identifier: 5, sequence: 6 }, token)
  reply4[0] = 0
  expect(decodeIcmp(4, Buffer.concat([ipv4, reply4]))).toEqual({
    kind: 'echo-reply',
    identifier: 5,
    sequence: 6,
    token,
  })
  const reply6 = encodeEcho(6, { identifier: 5, sequence: 6 }, token)
  reply6[0] = 129
  expect(decodeIcmp(6, reply6)).toEqual({ kind: 'echo-reply', identifier: 5, sequence: 6, token })
})

test('a router that refuses names the echo that it is about', () => {
  const echo = encodeEcho(4, { identifier: 5, sequence: 6 }, token)
  const refusal = Buffer.concat([ipv4, Buffer.from('0301000000000000', 'hex'), ipv4, echo.subarray(0, 8)])
  expect(decodeIcmp(4, refusal)).toMatchObject({ kind: 'unreachable', identifier: 5, sequence: 6 })
  const echo6 = encodeEcho(6, { identifier: 5, sequence: 6 }, token)
  const refusal6 = Buffer.concat([Buffer.from('0103000000000000', 'hex'), Buffer.alloc(40), echo6])
  expect(decodeIcmp(6, refusal6)).toMatchObject({
    kind: 'unreachable',
    detail: 'a router cannot find it, or it is off',
  })
})

test('our own echo request is nothing to us', () => {
  expect(decodeIcmp(6, encodeEcho(6, { identifier: 5, sequence: 6 }, token)).kind).toBe('other')
})

test('no packet whatever makes the decoder throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(4 as const, 6 as const), (bytes, family) => {
      decodeIcmp(family, Buffer.from(bytes))
      decodeIcmp(family, Buffer.concat([ipv4, Buffer.from([3, 1]), Buffer.from(bytes)]))
    }),
    { numRuns: 2_000 },
  )
})
