import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type IpNetwork,
  ipNetwork,
  ipNumber,
  ipText,
  isPrivateNetwork,
  NetworkSet,
  networkText,
  octetsIpText,
} from './network.ts'

const networks = (...texts: string[]): IpNetwork[] =>
  texts.map(ipNetwork).flatMap((one) => (one === undefined ? [] : [one]))
const setOf = (...texts: string[]): NetworkSet => NetworkSet.of(networks(...texts))

test('an address is read and written in its canonical form', () => {
  const canonical = (text: string): string | undefined => {
    const number = ipNumber(text)
    return number && ipText(number)
  }
  expect(canonical('192.0.2.1')).toBe('192.0.2.1')
  expect(canonical('2001:DB8:0:0:1::1')).toBe('2001:db8::1:0:0:1')
  expect(canonical('2001:db8:0:0:0:0:0:1')).toBe('2001:db8::1')
  expect(canonical('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(canonical('::')).toBe('::')
  for (const wrong of [
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '12345::',
    'g::',
    '1:2:3',
  ]) {
    expect(canonical(wrong)).toBeUndefined()
  }
})

test('each IPv6 address keeps its value over its text, and only addresses are read', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n << 48n, max: (1n << 128n) - 1n }), (value) => {
      const text = ipText({ family: 6, value })
      const octets = Array.from({ length: 16 }, (_none, at) => Number((value >> BigInt(8 * (15 - at))) & 0xffn))
      return isIP(text) === 6 && ipNumber(text)?.value === value && octetsIpText(octets) === text
    }),
  )
  fc.assert(fc.property(fc.string({ maxLength: 20 }), (text) => ipNumber(text) === undefined || isIP(text) !== 0))
  fc.assert(fc.property(fc.ipV6(), (text) => ipNumber(text) !== undefined))
})

test('octets are an address where they are 4 or 16', () => {
  expect([[192, 0, 2, 1], [], [1, 2, 3], Array.from({ length: 16 }, () => 0)].map(octetsIpText)).toEqual([
    ...['192.0.2.1', '', '', '::'],
  ])
})

test('a network is cut to its prefix, and an address alone is a network of one', () => {
  expect(networks('10.1.2.3/16', '10.1.2.3', 'fe80::1/10').map(networkText)).toEqual([
    '10.1.0.0/16',
    '10.1.2.3/32',
    'fe80::/10',
  ])
  expect(['10.0.0.0/33', '10.0.0.0/', '/8', '10.0.0.0/8/8', 'example.net/8'].map(ipNetwork)).toEqual([
    ...Array.from({ length: 5 }, () => undefined),
  ])
  expect(networks('10.9.0.0/16', '8.0.0.0/8', '0.0.0.0/0').map(isPrivateNetwork)).toEqual([true, false, false])
})

test('a set holds what its networks hold, less what is taken off', () => {
  const set = setOf('10.0.0.0/24', '10.0.1.0/24', '10.0.0.128/25', '10.9.0.0/30').minus(
    setOf('10.0.0.64/26', '10.9.0.1'),
  )
  const has = (text: string): boolean => {
    const address = ipNumber(text)
    return address !== undefined && set.has(address)
  }
  expect(set.count(4)).toBe(512n - 64n + 3n)
  expect(['10.0.0.63', '10.0.0.64', '10.0.0.127', '10.0.0.128', '10.0.1.255', '10.0.2.0', '10.9.0.1'].map(has)).toEqual(
    [...[true, false, false, true, true, false, false]],
  )
  expect(set.at(4, 64)).toEqual(ipNumber('10.0.0.128'))
  expect(set.at(4, 450)).toEqual(ipNumber('10.9.0.3'))
  expect(set.at(4, 451)).toBeUndefined()
  expect(
    setOf('10.0.0.0/8')
      .and(setOf('10.1.0.0/16', '11.0.0.0/8', 'fe80::/10'))
      .count(4),
  ).toBe(65_536n)
})

test('sets agree with counting address by address', () => {
  const network = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
    .map(([last, prefix]) => `10.0.0.${last}/${prefix}`)
  fc.assert(
    fc.property(fc.array(network, { maxLength: 8 }), fc.array(network, { maxLength: 8 }), (inside, outside) => {
      const [plus, off] = [setOf(...inside), setOf(...outside)]
      const [minus, both] = [plus.minus(off), plus.and(off)]
      const held: bigint[] = []
      for (let last = 0n; last < 256n; last++) {
        const address = { family: 4, value: (10n << 24n) + last } as const
        if (minus.has(address) !== (plus.has(address) && !off.has(address))) return false
        if (both.has(address) !== (plus.has(address) && off.has(address))) return false
        if (minus.has(address)) held.push(address.value)
      }
      return (
        BigInt(held.length) === minus.count(4) &&
        held.every((value, at) => minus.at(4, at)?.value === value && minus.before({ family: 4, value }) === BigInt(at))
      )
    }),
  )
})
