import { ServerConfig } from '@eyenet/shared/config'
import { expect, test } from 'vitest'
import { encryptedPorts, localUrlOf, mqttUrlOf, serverUrlOf } from './tls-ports.ts'

const config = (given: object) => ServerConfig.parse(given)

test('ports are encrypted where others can reach them, unless a proxy is in front or the operator says otherwise', () => {
  const everywhere = { listen: '0.0.0.0:8443', mqtt: { listen: '[::]:8883' } }
  const cases: readonly [object, { http: boolean; mqtt: boolean }][] = [
    [{}, { http: false, mqtt: false }],
    [
      { listen: '[::1]:1', mqtt: { listen: 'localhost:2' } },
      { http: false, mqtt: false },
    ],
    [everywhere, { http: true, mqtt: true }],
    [
      { ...everywhere, publicUrl: 'https://eyenet.example.net' },
      { http: false, mqtt: true },
    ],
    [
      { ...everywhere, publicUrl: 'https://eyenet.example.net', tls: { mode: 'on' } },
      { http: true, mqtt: true },
    ],
    [
      { ...everywhere, tls: { mode: 'off' }, mqtt: { listen: '0.0.0.0:1', tls: { mode: 'off' } } },
      { http: false, mqtt: false },
    ],
    [{ mqtt: { tls: { mode: 'on' } } }, { http: false, mqtt: true }],
    [
      { ...everywhere, broker: { kind: 'external', url: 'mqtts://broker.example.net' } },
      { http: true, mqtt: false },
    ],
  ]
  for (const [given, expected] of cases) expect(encryptedPorts(config(given)), JSON.stringify(given)).toEqual(expected)
})

test('agents and people are told how to come in', () => {
  const plain = config({})
  expect([serverUrlOf(plain), mqttUrlOf(plain)]).toEqual(['http://127.0.0.1:8080', 'mqtt://:1883'])
  const open = config({ listen: '192.0.2.1:8443', mqtt: { listen: '0.0.0.0:8883' } })
  expect([serverUrlOf(open), mqttUrlOf(open)]).toEqual(['https://192.0.2.1:8443', 'mqtts://:8883'])
  const named = config({
    listen: '0.0.0.0:8443',
    publicUrl: 'https://e.example.net',
    mqtt: { publicUrl: 'mqtts://m:1' },
  })
  expect([serverUrlOf(named), mqttUrlOf(named)]).toEqual(['https://e.example.net', 'mqtts://m:1'])
  expect(serverUrlOf(config({ listen: '0.0.0.0:8443' }))).toMatch(/^https:\/\/(?!0\.0\.0\.0).+:8443$/)
  expect(localUrlOf('0.0.0.0', 8443, true)).toBe('https://127.0.0.1:8443/')
  expect(localUrlOf('::', 80, false)).toBe('http://[::1]:80/')
})

test('half of a certificate is refused where the configuration is read', () => {
  expect(ServerConfig.safeParse({ tls: { certFile: '/etc/a.pem' } }).success).toBe(false)
  expect(ServerConfig.safeParse({ mqtt: { tls: { keyFile: '/etc/a.key' } } }).success).toBe(false)
  expect(ServerConfig.safeParse({ tls: { certFile: '/etc/a.pem', keyFile: '/etc/a.key' } }).success).toBe(true)
})
