import { expect, test } from 'vitest'
import { brokerAddress } from './broker-address.ts'

test.each([
  ['mqtt://127.0.0.1:1884', { protocol: 'mqtt', host: '127.0.0.1', port: 1884 }],
  ['mqtts://eyenet.example.net', { protocol: 'mqtts', host: 'eyenet.example.net', port: 8883 }],
  ['mqtt://[2001:db8::1]/', { protocol: 'mqtt', host: '2001:db8::1', port: 1883 }],
])('%s is read', (url, address) => {
  expect(brokerAddress(url)).toEqual(address)
})

test.each(['http://127.0.0.1', '127.0.0.1:1883', 'mqtt://', ''])('%j is refused with a sentence', (url) => {
  expect(() => brokerAddress(url)).toThrow('is no mqtt:// or mqtts:// URL of a broker')
})
